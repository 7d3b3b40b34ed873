use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_upgrade]
    async fn authorize(&self) -> bool {
        true
    }
}

fn main() {}
