//! The peer takes no bytes while handlers go on.

use std::time::Duration;

use futures_util::stream;
use tokio::time::{Instant, sleep};
use wsrack::prelude::*;
use wsrack::{Cause, Replies};

use super::{Heard, Told, frame};

/// Larger than what lies between the sides, smaller than the queue.
const LUMP: usize = 12 << 10;

/// Sends lumps as it is told, and tells how it went.
#[derive(Clone)]
struct Sender(Told);

#[websocket_app(send_queue = "16 KiB", slow_client = "drop")]
impl Sender {
    #[on_message]
    async fn send(&self, ws: &Socket, how: &str) -> wsrack::Result {
        match how {
            // One is being written, one waits behind it.
            "and go on" => {
                ws.send_data(vec![b'a'; LUMP])?;
                sleep(Duration::from_secs(1)).await;
                ws.send_data(vec![b'b'; 1 << 10])?;
                sleep(Duration::from_mins(2)).await;
                self.0.tell("went on");
            }
            "and wait" => {
                ws.send_data(vec![b'a'; LUMP])?;
                ws.send(vec![b'b'; LUMP]).await?;
                self.0.tell("sent");
            }
            other => self.0.tell(other),
        }
        Ok(())
    }

    /// Answers with a lump, after a while.
    #[on_message]
    async fn answer(&self, _any: &[u8]) -> Vec<u8> {
        sleep(Duration::from_millis(100)).await;
        self.0.tell("answered");
        vec![b'c'; LUMP]
    }

    #[on_close]
    async fn bye(&self, ws: &Socket, close: Close) {
        self.0.tell(format!("{:?}", close.cause));
        sleep(Duration::from_secs(1)).await;
        assert!(ws.is_closed());
        self.0.tell("bye");
    }
}

async fn sender() -> wsrack::Result<(wsrack::testing::TestServer, Heard)> {
    let (told, heard) = Told::new();
    Ok((wsrack::routes! { "/" => Sender(told) }.test().await?, heard))
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_while_bytes_wait_lets_the_handler_go_on() -> wsrack::Result {
    let (server, mut heard) = sender().await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    client.write(frame(1, b"and go on")).await?;
    sleep(Duration::from_secs(2)).await;
    client.line().reset();
    assert_eq!(heard.next().await, "went on");
    assert_eq!(heard.next().await, "Lost");
    assert_eq!(heard.next().await, "bye");
    server.shutdown().await
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_for_room_sleeps_until_there_is_some() -> wsrack::Result {
    let (server, mut heard) = sender().await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    client.write(frame(1, b"and wait")).await?;
    // With the clock paused no time passes while a task is busy.
    sleep(Duration::from_secs(5)).await;
    assert!(heard.rest().is_empty());
    client.read(LUMP).await?;
    assert_eq!(heard.next().await, "sent");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_closes_and_takes_nothing_is_not_kept() -> wsrack::Result {
    let (server, mut heard) = sender().await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    let mut frames = frame(2, b"").repeat(8);
    frames.extend(frame(8, b""));
    client.write(frames).await?;
    let start = Instant::now();
    for _ in 0..8 {
        assert_eq!(heard.next().await, "answered");
    }
    assert_eq!(heard.next().await, "Client");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_once_a_connection_has_been_cut() -> wsrack::Result {
    let (told, mut heard) = Told::new();
    let options = Options::new().send_timeout(Duration::from_secs(3));
    let server = wsrack::routes! { "/" => Sender(told).with(options) }.test().await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    client.write(frame(1, b"and go on")).await?;
    assert_eq!(heard.next().await, "went on");
    assert_eq!(heard.next().await, "SendTimeout");
    // `on_close` is at work: the client takes what is on its way, and no more comes.
    let written = client.line().written();
    let mut came = 0;
    while client.read(1).await.is_ok() {
        came += 1;
    }
    assert!(came <= 1 << 10, "{came}");
    assert_eq!(client.line().written(), written);
    assert_eq!(heard.next().await, "bye");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_a_client_sent_before_it_was_gone_is_handled() -> wsrack::Result {
    #[derive(Clone)]
    struct Echo(Told);

    #[websocket_app]
    impl Echo {
        #[on_message]
        fn say(&self, text: &str) -> String {
            self.0.tell(text);
            text.to_owned()
        }

        #[on_close]
        fn bye(&self, close: Close) {
            self.0.tell(format!("{:?}", close.cause));
        }
    }

    let (told, mut heard) = Told::new();
    let server = wsrack::routes! { "/" => Echo(told) }.test().await?;
    let mut client = server.connect("/").buffer(1 << 20).raw().await?;
    let message = "x".repeat(2 << 10);
    for _ in 0..200 {
        client.write(frame(1, message.as_bytes())).await?;
    }
    drop(client);
    for index in 0..200 {
        assert_eq!(heard.next().await, message, "{index}");
    }
    assert_eq!(heard.next().await, format!("{:?}", Cause::Lost));
    Ok(())
}

/// Answers in fragments, one a second.
#[derive(Clone)]
struct Export;

#[websocket_app(send_queue = "16 KiB")]
impl Export {
    #[on_message]
    fn export(
        &self,
        _what: &str,
    ) -> wsrack::Fragments<impl futures_util::Stream<Item = String> + Send + use<>> {
        Replies::fragments(stream::unfold(0, |index| async move {
            sleep(Duration::from_secs(1)).await;
            (index < 4).then(|| (index.to_string(), index + 1))
        }))
    }

    #[on_open]
    fn subscribe(&self, ws: &Socket) -> wsrack::Result {
        Ok(ws.subscribe("news")?)
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_wait_for_the_last_fragment_do_not_hold_it_up() -> wsrack::Result {
    let server = wsrack::routes! { "/" => Export }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("all").await?;
    sleep(Duration::from_millis(1500)).await;
    // Larger than the whole queue, so it is taken while that is empty.
    let news = "n".repeat(20 << 10);
    assert_eq!(server.hub().publish("news", &*news)?, 1);
    assert_eq!(client.next_text().await?, "0123");
    assert_eq!(client.next_text().await?, news);
    Ok(())
}
