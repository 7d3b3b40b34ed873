#![deny(warnings)]

use wsrack::{Json, websocket_app};

#[derive(Clone)]
struct Own;

#[websocket_app]
impl Own {
    #[on_message(blocking)]
    fn text(&self, text: &str) -> String {
        text.to_owned()
    }

    #[on_message(boxed)]
    async fn binary(&mut self, data: &[u8]) -> Vec<u8> {
        std::future::ready(()).await;
        data.to_vec()
    }

    #[on_message(event = "hash", blocking)]
    fn hash(&self, Json(text): Json<String>) -> Result<Json<usize>, std::num::TryFromIntError> {
        Ok(Json(text.len()))
    }

    #[on_message(event = "ping", boxed)]
    async fn ping(&mut self) {}

    #[on_message(event = "pong", blocking)]
    fn pong(&self) {}
}

struct Shared;

#[websocket_app]
impl Shared {
    #[on_message(blocking)]
    fn everything(&self) {}

    #[on_message(event = "hash", blocking)]
    fn hash(&self, Json(text): Json<String>) -> Json<usize> {
        Json(text.len())
    }
}

fn main() {}
