use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_error]
    fn io(&self, _error: &std::io::Error) {}

    #[on_error]
    fn disk(&self, _error: &std::io::Error) {}
}

fn main() {}
