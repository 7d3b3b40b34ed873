use wsrack::{Env, Rejection, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_upgrade]
    async fn authorize<'e>(&self, env: &'e Env) -> Result<&'e str, Rejection> {
        env.header("x-name").ok_or_else(|| Rejection::http(401))
    }
}

fn main() {}
