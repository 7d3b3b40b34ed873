//! A fragmented reply that cannot be completed: nobody takes what he has of it for the whole.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use serde::{Serialize, Serializer};
use tokio::time::sleep;
use wsrack::prelude::*;
use wsrack::protocol::{Fragment, Kind};
use wsrack::testing::{RawClient, TestServer};
use wsrack::{Draft, Fragments};
use wsrack_tests::{Raw, Result, Served};

use crate::frames::{client, server as wire};
use crate::journal::{Journal, Pen, journal};

/// What a message may be answered with.
enum Part {
    Text(&'static str),
    Binary(&'static [u8]),
    /// It has no form as a message.
    Broken,
    /// What it is read from is another connection, and that is closed.
    Closed,
    Panic,
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, _serializer: S) -> std::result::Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("broken"))
    }
}

impl IntoMessage for Part {
    fn into_message(self) -> std::result::Result<Message, wsrack::SendError> {
        match self {
            Self::Text(text) => text.into_message(),
            Self::Binary(bytes) => bytes.into_message(),
            Self::Broken => Json(self).into_message(),
            Self::Closed => Err(wsrack::SendError::Closed),
            Self::Panic => panic!("an item panics"),
        }
    }
}

/// Answers with two fragments and what the message names.
struct Cuts(Pen);

#[websocket_app]
impl Cuts {
    #[on_message]
    fn any(&self, what: &str) -> Fragments<impl Stream<Item = Part> + Send + use<>> {
        let last = match what {
            "broken" => Part::Broken,
            "binary" => Part::Binary(b"c"),
            "closed" => Part::Closed,
            "panic" => Part::Panic,
            _ => Part::Text("c"),
        };
        let parts = stream::iter([Part::Text("a"), Part::Text("b"), last]);
        Replies::fragments(parts.then(async |part| {
            if matches!(part, Part::Broken) {
                // Meanwhile more comes.
                sleep(Duration::from_millis(10)).await;
            }
            part
        }))
    }

    #[on_open]
    fn open(&self, ws: &Socket) -> wsrack::Result {
        Ok(ws.subscribe("all")?)
    }

    #[on_error]
    fn oops(&self, ws: &Socket, error: &Error) {
        // It comes too late to be sent: the message before it has no end.
        let sent = ws.send_data("too late");
        self.0.write(format!("{error} {}", sent.is_ok()));
    }

    #[on_close]
    fn closed(&self, close: Close) {
        self.0.write(format!("{} {:?}", close.code, close.cause));
    }
}

async fn asked(what: &str) -> wsrack::Result<(TestServer, RawClient, Journal)> {
    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Cuts(pen) }.test().await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::text(what)).await?;
    client.expect(wire::fragment(Fragment::First(Kind::Text), "a")).await;
    client.expect(wire::fragment(Fragment::Middle, "b")).await;
    Ok((server, client, journal))
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_completed_has_no_end_and_the_connection_closes() -> wsrack::Result {
    let told = [
        ("broken", "the value could not be turned into a message: broken", "Error"),
        (
            "binary",
            "the value could not be turned into a message: it is binary, and the fragments before it are text",
            "Error",
        ),
        ("panic", "a handler panicked: an item panics", "Panic"),
    ];
    for (what, error, cause) in told {
        let (_server, mut client, mut journal) = asked(what).await?;
        client.expect(wire::close(1011, "")).await;
        client.write(client::close(1011, "")).await?;
        client.expect_end().await;
        assert_eq!(journal.next().await, format!("{error} true"), "{what}");
        assert_eq!(journal.next().await, format!("1011 {cause}"), "{what}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_is_completed_is_followed_by_others() -> wsrack::Result {
    let (_server, mut client, _journal) = asked("text").await?;
    client.expect(wire::fragment(Fragment::Middle, "c")).await;
    client.expect(wire::fragment(Fragment::Last, "")).await;
    client.write(client::text("text")).await?;
    client.expect(wire::fragment(Fragment::First(Kind::Text), "a")).await;
    Ok(())
}

/// That another connection is closed is no reason to leave this one with half a message for ever.
#[tokio::test(start_paused = true)]
async fn an_item_that_is_closed_ends_the_connection_too() -> wsrack::Result {
    let (_server, mut client, _journal) = asked("closed").await?;
    client.expect(wire::close(1011, "")).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn nothing_follows_it_but_the_answer_to_a_close() -> wsrack::Result {
    let (_server, mut client, mut journal) = asked("broken").await?;
    client.write([client::text("text"), client::close(1000, "")].concat()).await?;
    client.expect(wire::close(1000, "")).await;
    client.expect_end().await;
    journal.next().await;
    assert_eq!(journal.next().await, "1000 Client");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_waits_behind_it_does_not_hold_up_the_close() -> wsrack::Result {
    let (pen, mut journal) = journal();
    let options = Options::new().close_timeout(None);
    let server = wsrack::routes! { "/" => Cuts(pen).with(options) }.test().await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::text("broken")).await?;
    client.expect(wire::fragment(Fragment::First(Kind::Text), "a")).await;
    client.expect(wire::fragment(Fragment::Middle, "b")).await;
    server.hub().publish("all", "x".repeat(200_000))?;
    client.write(client::close(1000, "")).await?;
    client.expect(wire::close(1000, "")).await;
    client.expect_end().await;
    journal.next().await;
    assert_eq!(journal.next().await, "1000 Client");
    Ok(())
}

/// There a byte behind the message would be its end.
#[tokio::test]
async fn in_the_first_drafts_the_stream_just_ends() -> Result {
    for upgrade in [
        "Origin: http://a\r\n\r\n",
        "Origin: http://a\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n\
         Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n\r\n^n:ds[4U",
    ] {
        let (pen, mut journal) = journal();
        let options =
            Options::new().drafts([Draft::Hixie75, Draft::Hixie76]).close_timeout(Duration::from_secs(30));
        let server = Served::start(wsrack::routes! { "/" => Cuts(pen).with(options) }).await?;
        let mut raw = Raw::connect(server.addr()).await?;
        raw.send(format!(
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n{upgrade}"
        ))
        .await?;
        assert_eq!(raw.answer().await?.status(), 101);
        if upgrade.contains("Key1") {
            raw.take(16).await?;
        }
        raw.send(b"\x00text\xff").await?;
        assert_eq!(raw.take(5).await?, b"\x00abc\xff");
        raw.send(b"\x00broken\xff").await?;
        assert_eq!(raw.rest().await?, b"\x00ab");
        drop(raw);
        journal.next().await;
        assert_eq!(journal.next().await, "1006 Error");
        server.stop().await?;
    }
    Ok(())
}
