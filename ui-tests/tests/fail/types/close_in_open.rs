use wsrack::{Close, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self, _close: Close) {}
}

fn main() {}
