use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say<M: Into<String>>(&self, text: M) -> String {
        text.into()
    }
}

fn main() {}
