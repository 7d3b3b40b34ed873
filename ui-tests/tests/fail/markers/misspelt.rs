use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_mesage]
    fn say(&self, text: String) -> String {
        text
    }
}

fn main() {}
