use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(event = "join")]
    fn join(&self, _name: String) {}
}

fn main() {}
