use std::time::Duration;

use wsrack::websocket_app;

const NONE: Duration = Duration::ZERO;

struct Chat;

#[websocket_app]
impl Chat {
    #[every(NONE)]
    fn tick(&self) {}
}

fn main() {}
