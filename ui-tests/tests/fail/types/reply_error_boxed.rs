use std::error::Error;

use wsrack::{Socket, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    async fn say(&self, ws: &Socket) -> Result<(), Box<dyn Error>> {
        ws.send("hello").await?;
        Ok(())
    }
}

fn main() {}
