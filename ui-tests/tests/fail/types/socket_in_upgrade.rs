use wsrack::{Socket, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_upgrade]
    async fn authorize(&self, _ws: &Socket) {}
}

fn main() {}
