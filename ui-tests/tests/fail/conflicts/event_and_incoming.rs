use wsrack::{Incoming, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(event = "join")]
    fn join(&self) {}

    #[on_message]
    fn upload(&self, _incoming: Incoming) {}
}

fn main() {}
