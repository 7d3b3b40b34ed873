use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message("join")]
    fn join(&self) {}
}

fn main() {}
