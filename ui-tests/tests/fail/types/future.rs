use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self) -> impl Future<Output = String> + Send {
        async { String::new() }
    }
}

fn main() {}
