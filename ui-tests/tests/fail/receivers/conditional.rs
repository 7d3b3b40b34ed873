use wsrack::websocket_app;

#[derive(Clone)]
struct Chat;

#[websocket_app]
impl Chat {
    #[cfg(unix)]
    #[on_open]
    fn welcome(&mut self) {}
}

fn main() {}
