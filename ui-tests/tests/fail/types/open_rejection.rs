use wsrack::{Rejection, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self) -> Result<String, Rejection> {
        Err(Rejection::http(401))
    }
}

fn main() {}
