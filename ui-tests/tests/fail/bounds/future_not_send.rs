use std::rc::Rc;

use wsrack::{App, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    async fn say(&self, text: String) -> String {
        let held = Rc::new(text);
        std::future::ready(()).await;
        held.to_string()
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat);
}
