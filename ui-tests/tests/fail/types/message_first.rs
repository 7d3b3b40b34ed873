use wsrack::{Socket, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self, _text: &str, _ws: &Socket) {}
}

fn main() {}
