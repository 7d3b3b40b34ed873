use wsrack::{App, websocket_app};

struct Chat<T>(T);

#[websocket_app]
impl<T: Send + Sync + 'static> Chat<T> {
    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }

    #[on_message]
    fn everything(&self) {}
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat(7));
}
