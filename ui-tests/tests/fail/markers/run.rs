use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(blocking = true)]
    fn say(&self, _text: String) {}

    #[on_message(blocking, boxed)]
    fn blob(&self, _data: Vec<u8>) {}
}

fn main() {}
