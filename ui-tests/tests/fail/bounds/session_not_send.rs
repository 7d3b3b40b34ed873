use std::rc::Rc;

use wsrack::websocket_app;

#[derive(Clone)]
struct Chat {
    name: Rc<str>,
}

#[websocket_app]
impl Chat {
    #[on_open]
    async fn welcome(&mut self) -> String {
        self.name.to_string()
    }

    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }
}

fn main() {}
