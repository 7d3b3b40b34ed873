use wsrack::{Env, websocket_app};

struct Chat;

#[websocket_app(crate = framework::ws)]
impl Chat {
    #[on_open]
    fn welcome(&self, _env: &Env) {}

    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }
}

fn main() {}
