use wsrack::websocket_app;

struct Chat<'a> {
    name: &'a str,
}

#[websocket_app]
impl<'a> Chat<'a> {
    #[on_open]
    async fn welcome(&self) -> String {
        self.name.to_string()
    }
}

fn main() {}
