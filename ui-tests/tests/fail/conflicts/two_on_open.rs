use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self) {}

    #[on_open]
    fn greet(&self) {}
}

fn main() {}
