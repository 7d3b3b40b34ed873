use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(blocking)]
    fn say<'m>(&self, text: &'m str) -> &'m str {
        text
    }
}

fn main() {}
