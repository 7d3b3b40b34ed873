use wsrack::{App, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    async fn say(&self, text: String) -> String {
        txet
    }
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat);
}
