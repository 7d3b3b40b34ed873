use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    async fn say(&self, _text: &str) -> Result<String, u32> {
        Err(7)
    }
}

fn main() {}
