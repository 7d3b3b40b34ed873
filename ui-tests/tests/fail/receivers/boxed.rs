use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(self: Box<Self>, text: String) -> String {
        text
    }
}

fn main() {}
