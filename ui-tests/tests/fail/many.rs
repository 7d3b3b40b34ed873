use wsrack::{App, websocket_app};

#[derive(Clone)]
struct Chat;

#[websocket_app(idel_timeout = "60s")]
impl Chat {
    #[on_open]
    async fn welcome(&mut self) {}

    #[on_open]
    async fn greet(&mut self) {}

    #[on_mesage]
    async fn say(&mut self, text: String) -> String {
        text
    }

    #[on_message]
    async fn blob(self, data: Vec<u8>) -> Vec<u8> {
        data
    }

    #[on_close(now)]
    async fn bye(&self) {}
}

fn mount(_app: impl App) {}

fn main() {
    mount(Chat);
}
