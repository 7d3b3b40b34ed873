use wsrack::{Env, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_upgrade]
    async fn authorize(&self, env: &Env) -> Result<String, String> {
        env.header("x-name").map(str::to_owned).ok_or_else(|| "who are you?".to_owned())
    }
}

fn main() {}
