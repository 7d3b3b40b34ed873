use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    async fn say(text: String) -> String {
        text
    }
}

fn main() {}
