use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_close]
    fn bye(&self) -> &'static str {
        "bye"
    }
}

fn main() {}
