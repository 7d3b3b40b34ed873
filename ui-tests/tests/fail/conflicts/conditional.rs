use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[cfg(any())]
    #[on_open]
    fn never(&self) {}

    #[cfg(all())]
    #[on_open]
    fn welcome(&self) {}

    #[on_open]
    fn greet(&self) {}
}

fn main() {}
