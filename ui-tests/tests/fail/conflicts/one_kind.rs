use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }

    #[on_message]
    fn shout(&self, text: &str) -> String {
        text.to_uppercase()
    }
}

fn main() {}
