use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_notify]
    fn score(&self, _score: &u32) {}
}

fn main() {}
