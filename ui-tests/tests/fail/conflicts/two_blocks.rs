use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self) {}
}

#[websocket_app]
impl Chat {
    #[on_close]
    fn bye(&self) {}
}

fn main() {}
