use wsrack::{Extension, websocket_app};

struct User;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_open]
    fn welcome(&self, _user: Extension<User>) {}
}

fn main() {}
