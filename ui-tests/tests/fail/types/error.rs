use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_error]
    fn oops(&self, _error: &str) {}
}

fn main() {}
