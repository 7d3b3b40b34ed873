use wsrack::{App, websocket_app};

#[derive(Clone)]
struct Chat<S>(S);

#[websocket_app]
impl<S: Send + Sync + 'static> Chat<S> {
    #[on_message]
    fn say(&mut self, text: String) -> String {
        text
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat(7));
}
