//! Open, the messages in order, close: one at a time, however the bytes arrive and whatever handlers wait for.

use std::time::Duration;

use wsrack::prelude::*;
use wsrack::testing::Faults;

use crate::journal::{Pen, journal};

/// Waits at places that its seed picks, and replies with the number of the message.
#[derive(Clone)]
struct Counts {
    pen: Pen,
    seed: u64,
    opened: bool,
    next: u64,
    busy: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Counts {
    /// One at a time, or it panics.
    async fn at_work(&mut self) {
        let was = self.busy.swap(true, std::sync::atomic::Ordering::SeqCst);
        assert!(!was, "two handlers of a connection run at once");
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match self.seed >> 60 {
            0 => tokio::time::sleep(Duration::from_millis(self.seed >> 58)).await,
            1..=4 => tokio::task::yield_now().await,
            _ => {}
        }
        self.busy.store(false, std::sync::atomic::Ordering::SeqCst);
    }
}

#[websocket_app]
impl Counts {
    #[on_open]
    async fn open(&mut self) -> String {
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.at_work().await;
        self.opened = true;
        "opened".to_owned()
    }

    #[on_message]
    async fn count(&mut self, number: &str) -> wsrack::Result<String> {
        self.at_work().await;
        assert!(self.opened, "a message came before `on_open` was done");
        assert_eq!(number.parse::<u64>()?, self.next, "messages are out of order");
        self.next += 1;
        Ok(number.to_owned())
    }

    #[on_close]
    async fn bye(&mut self, close: Close) {
        self.at_work().await;
        self.pen.write(format!("{} messages, then {:?}", self.next, close.cause));
    }
}

/// All of `count` messages at once, while their replies are read.
async fn run(seed: u64, count: u64, faults: Faults) -> wsrack::Result {
    let (pen, journal) = journal();
    let app = Counts { pen, seed, opened: false, next: 0, busy: std::sync::Arc::default() };
    let server = wsrack::routes! { "/" => app }.test().await?;
    let mut client = server.connect("/").faults(faults).buffer(1 << 20).await?;
    for number in 0..count {
        client.send(number.to_string()).await?;
    }
    assert_eq!(client.next_text().await?, "opened");
    for number in 0..count {
        assert_eq!(client.next_text().await?, number.to_string(), "seed {seed}");
    }
    client.close(1000, "").await?;
    journal.is(server, &[&format!("{count} messages, then Client")]).await
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_messages_at_once() -> wsrack::Result {
    run(0x5eed, 10_000, Faults::default()).await
}

#[tokio::test(start_paused = true)]
async fn in_pieces_of_a_random_size() -> wsrack::Result {
    for max in [3, 100, 5000] {
        let faults = Faults::random().chunks(max);
        run(faults.seed(), 1000, faults).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn byte_by_byte() -> wsrack::Result {
    run(0xb17e, 500, Faults::default().one_byte()).await
}

#[tokio::test(start_paused = true)]
async fn over_a_slow_line() -> wsrack::Result {
    run(0x51_0e, 300, Faults::default().rate(100, Duration::from_millis(50))).await
}

#[tokio::test(start_paused = true)]
async fn many_connections_do_not_mix() -> wsrack::Result {
    let (pen, journal) = journal();
    let app = Counts { pen, seed: 1, opened: false, next: 0, busy: std::sync::Arc::default() };
    // Each connection has its own clone; what would clash is the flag, so each route has its own as well.
    let other = Counts { busy: std::sync::Arc::default(), seed: 2, ..app.clone() };
    let server = wsrack::routes! { "/a" => app, "/b" => other }.test().await?;
    let (mut first, mut second) = (server.connect("/a").await?, server.connect("/b").await?);
    for number in 0..200 {
        first.send(number.to_string()).await?;
        second.send(number.to_string()).await?;
    }
    for client in [&mut first, &mut second] {
        assert_eq!(client.next_text().await?, "opened");
        for number in 0..200 {
            assert_eq!(client.next_text().await?, number.to_string());
        }
        client.close(1000, "").await?;
    }
    journal.is(server, &["200 messages, then Client"; 2]).await
}
