use wsrack::{App, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self) {}

    #[on_message]
    fn say(&mut self, text: String) -> String {
        text
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat);
}
