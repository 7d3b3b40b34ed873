#![deny(warnings)]

use wsrack::{Env, Message, Socket, Text, websocket_app};

struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_message]
    async fn binary<'a, 'm: 'a>(&'a self, _env: &'a Env, _ws: &'a Socket, data: &'m [u8]) -> &'m [u8] {
        data
    }
}

struct Whole;

#[websocket_app]
impl Whole {
    #[on_message]
    async fn all<'m>(&self, message: &'m Message) -> &'m Message {
        message
    }
}

struct Shout;

#[websocket_app]
impl Shout {
    #[on_message]
    fn shout(&self, text: &'_ Text) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Some(text.to_uppercase()))
    }
}

fn main() {}
