use std::rc::Rc;

use wsrack::{App, websocket_app};

struct Chat {
    name: Rc<str>,
}

#[websocket_app]
impl Chat {
    #[on_open]
    async fn welcome(&self) -> String {
        self.name.to_string()
    }

    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat { name: "chat".into() });
}
