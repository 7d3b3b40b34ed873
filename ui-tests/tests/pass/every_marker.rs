#![deny(warnings)]

use std::io;
use std::time::Duration;

use wsrack::{
    Close, Env, Error, Extension, Hub, Json, Options, Rejection, Result, Socket, websocket_app,
};

#[derive(Clone)]
struct User {
    name: String,
}

#[derive(Clone)]
struct Chat {
    seen: u64,
}

const MINUTE: Duration = Duration::from_secs(60);

#[websocket_app]
impl Chat {
    const GREETING: &'static str = "Hello to you!";

    #[on_start]
    async fn connect(&mut self, _hub: &Hub, _options: &Options) -> Result {
        self.seen = 0;
        Ok(())
    }

    #[on_upgrade]
    async fn authorize(&mut self, env: &Env) -> Result<User, Rejection> {
        let name = env.header("authorization").ok_or_else(|| Rejection::http(401))?;
        Ok(User { name: name.to_owned() })
    }

    #[on_open]
    async fn welcome(&mut self, env: &Env, ws: &Socket) -> Result {
        if env["REQUEST_PATH"] != "/websocket" {
            ws.close_websocket();
            return Ok(());
        }
        ws.send_data(Self::GREETING)?;
        Ok(())
    }

    #[on_message]
    async fn say(&mut self, user: Extension<User>, text: &str) -> String {
        self.count().await;
        format!("{}: {text}", user.0.name)
    }

    #[on_message]
    fn blob(&self, data: Vec<u8>) -> Vec<u8> {
        data
    }

    #[on_message(event = "join")]
    async fn join(&mut self, Json(name): Json<String>) -> Json<String> {
        self.count().await;
        Json(name)
    }

    #[on_notify]
    async fn note(&mut self, ws: &Socket, number: u32) -> Result {
        ws.send(number.to_string()).await?;
        Ok(())
    }

    #[on_notify]
    fn text(&self, text: String) -> String {
        text
    }

    #[every("5s")]
    async fn tick(&mut self, _ws: &Socket) {}

    #[every(MINUTE)]
    async fn tock(&self) -> &'static str {
        "another minute"
    }

    #[on_error]
    fn io(&self, _env: &Env, error: &io::Error) -> String {
        error.to_string()
    }

    #[on_error]
    async fn oops(&self, _ws: Socket, _error: &Error) {}

    #[on_close]
    async fn bye(&self, _env: &Env, _close: Close) {}

    #[on_stop]
    async fn disconnect(&self) {}

    async fn count(&mut self) {
        self.seen += 1;
    }
}

fn main() {
    use wsrack::__private::Session;

    let handlers = <Chat as Session<Chat>>::HANDLERS;
    assert!(handlers.message);
    assert_eq!(handlers.every, [Duration::from_secs(5), MINUTE]);
    assert!(<Chat as Session<Chat>>::check(&Env::builder().build()).is_err(), "no `Extension<User>` is there");
}
