use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    #[on_open]
    fn welcome(&self) {}

    #[on_message(event = "join", event = "enter")]
    fn join(&self) {}
}

fn main() {}
