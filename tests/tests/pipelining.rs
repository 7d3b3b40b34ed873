//! Many messages in one read, and replies larger than what they answer.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use wsrack::prelude::*;

const MESSAGES: usize = 300;
const REPLY: usize = 10 << 10;

struct Amplifier;

#[websocket_app]
impl Amplifier {
    #[on_message]
    fn large(&self, _text: &str) -> Vec<u8> {
        vec![0; REPLY]
    }
}

/// Once a stall: replies beyond what is gathered for one write held the rest of the read back, and nothing
/// woke the connection when they had been written.
#[tokio::test]
async fn replies_larger_than_a_write_do_not_hold_back_the_rest_of_a_read() {
    let server = wsrack::routes! { "/" => Amplifier }.bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", server.local_addr().unwrap());
    tokio::spawn(server.serve());

    let (mut sender, mut receiver) = connect_async(url).await.unwrap().0.split();
    for _ in 0..MESSAGES {
        sender.feed(Frame::text("x")).await.unwrap();
    }
    sender.flush().await.unwrap();
    for _ in 0..MESSAGES {
        let reply = timeout(Duration::from_mins(1), receiver.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(reply.len(), REPLY);
    }
}
