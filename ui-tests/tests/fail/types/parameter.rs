use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self, _name: Vec<String>, _text: &str) {}
}

fn main() {}
