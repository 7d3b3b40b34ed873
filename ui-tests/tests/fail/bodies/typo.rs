use wsrack::{App, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self) -> &str {
        let greeting = "hello"
        greeting
    }

    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat);
}
