use wsrack::{Json, websocket_app};

struct Join;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn join(&self, _join: Json<Join>) {}
}

fn main() {}
