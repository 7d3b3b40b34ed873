use wsrack::{Error, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_error]
    fn rest(&self, _error: &Error) {}

    #[on_error]
    fn io(&self, _error: &std::io::Error) {}
}

fn main() {}
