//! Broken requests and broken frames, over bare sockets, with the exact answer to each. The server that got all of
//! them still serves.

#![cfg(test)]

mod frames;
mod requests;

use wsrack::prelude::*;
use wsrack_tests::{Client, Raw, Result, Served, ask, raw};

/// What the broken input is for: it echoes, and what a message may cost is little.
#[derive(Clone)]
struct Echo;

#[websocket_app(
    max_message_size = "64 KiB",
    max_frame_size = "32 KiB",
    max_fragments = 4,
    protocols = ["chat"],
    close_timeout = "60s"
)]
impl Echo {
    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}

async fn server() -> Result<Served> {
    let page = |_| async {
        let answer = http::Response::builder().header("content-type", "text/plain; charset=utf-8");
        answer.body("a page".to_owned())
    };
    Served::start(wsrack::routes! {
        "/ws" => Echo,
        "/page" => wsrack::http(page),
        "http://root.example/" => wsrack::http(page),
        "http://only.example/" => Echo,
    })
    .await
}

/// Whoever else was on this server, a good client finds it as it should be.
async fn assert_still_serves(server: &Served) -> Result {
    let mut client = Client::connect(server.ws("/ws")).await?;
    assert_eq!(ask(&mut client, "still there").await?, "still there");
    client.leave().await
}

#[tokio::test]
async fn every_broken_request_has_its_answer() -> Result {
    let server = server().await?;
    let (mut wrong, rows) = (Vec::new(), requests::rows());
    assert!(rows.len() >= 60, "{} rows", rows.len());
    for row in rows {
        let answer = requests::answer(&server, &row.request).await?;
        if answer != row.answer {
            wrong.push(format!("{}\n--- is\n{answer}\n--- should be\n{}", row.what, row.answer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_still_serves(&server).await?;
    server.stop().await
}

#[tokio::test]
async fn every_broken_frame_has_its_answer() -> Result {
    let server = server().await?;
    let mut wrong = Vec::new();
    for row in frames::rows() {
        let mut raw = Raw::open(server.addr(), "/ws").await?;
        raw.send(&row.frames).await?;
        // To the end: behind the answer nothing comes but the end of the stream, which is no reset.
        match raw.rest().await {
            Ok(answer) if answer == row.answer => {}
            other => wrong.push(format!("{}: is {other:02x?}, should be {:02x?}", row.what, row.answer)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_still_serves(&server).await?;
    server.stop().await
}

/// A frame that is right in all but what the test is about.
fn text(payload: &[u8]) -> Vec<u8> {
    raw::frame(0x81, payload)
}
