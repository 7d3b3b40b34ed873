use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[every("5")]
    fn tick(&self) {}
}

fn main() {}
