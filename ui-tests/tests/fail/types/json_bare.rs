use serde::Deserialize;
use wsrack::websocket_app;

#[derive(Deserialize)]
struct Join;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn join(&self, _join: Join) {}
}

fn main() {}
