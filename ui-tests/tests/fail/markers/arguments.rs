use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(evnt = "join")]
    fn join(&self) {}
}

fn main() {}
