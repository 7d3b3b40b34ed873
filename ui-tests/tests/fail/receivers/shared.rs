use wsrack::websocket_app;

#[derive(Clone)]
struct Chat;

#[websocket_app(shared)]
impl Chat {
    #[on_message]
    fn say(&mut self, text: String) -> String {
        text
    }
}

fn main() {}
