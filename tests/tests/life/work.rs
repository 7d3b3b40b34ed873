//! Work beside the messages: spawned, notified, and again and again.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use wsrack::prelude::*;
use wsrack::testing::TestServer;

use crate::journal::{Journal, Pen, journal};

/// Everything that runs in turn, and what it saw.
#[derive(Clone)]
struct Worker {
    pen: Pen,
    turns: u32,
}

#[websocket_app]
impl Worker {
    #[on_message]
    async fn text(&mut self, ws: &Socket, text: &str) -> wsrack::Result {
        self.note(text);
        match text {
            "sleep" => sleep(Duration::from_secs(12)).await,
            "notify" => ws.notify(7_u32)?,
            "unknown" => ws.notify("nobody takes this")?,
            "fail" => ws.notify(0_u32)?,
            "close" => ws.close_websocket(),
            _ => {}
        }
        Ok(())
    }

    #[on_notify]
    fn number(&mut self, number: u32) -> wsrack::Result<String> {
        self.note(&format!("notified {number}"));
        if number == 0 {
            return Err(std::io::Error::other("no zero").into());
        }
        Ok(format!("notified {number}"))
    }

    #[on_notify]
    fn words(&mut self, words: Vec<&'static str>) {
        self.note(&words.join(" "));
    }

    #[every("5s")]
    fn tick(&mut self) -> &'static str {
        self.note("tick");
        "tick"
    }

    #[on_error]
    fn oops(&mut self, error: &Error) {
        self.note(&format!("error {error}"));
    }

    #[on_close]
    fn bye(&mut self) {
        self.note("close");
    }
}

impl Worker {
    fn note(&mut self, what: &str) {
        self.turns += 1;
        self.pen.write(what);
    }
}

async fn worker() -> wsrack::Result<(TestServer, Journal)> {
    let (pen, journal) = journal();
    Ok((wsrack::routes! { "/" => Worker { pen, turns: 0 } }.test().await?, journal))
}

#[tokio::test(start_paused = true)]
async fn every_runs_in_time_and_its_reply_is_sent() -> wsrack::Result {
    let (server, _journal) = worker().await?;
    let mut client = server.connect("/").await?;
    let began = Instant::now();
    for seconds in [5, 10, 15, 20] {
        assert_eq!(client.next_text().await?, "tick");
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn every_waits_for_its_turn_and_makes_up_for_nothing() -> wsrack::Result {
    let (server, journal) = worker().await?;
    let mut client = server.connect("/").await?;
    sleep(Duration::from_secs(1)).await;
    client.send("sleep").await?;
    client.send("behind").await?;
    let began = Instant::now();
    assert_eq!(client.next_text().await?, "tick");
    assert_eq!(began.elapsed().as_secs(), 12);
    assert_eq!(client.next_text().await?, "tick");
    assert_eq!(began.elapsed().as_secs(), 17);
    client.close(1000, "").await?;
    let mut lines = journal.rest(server).await?;
    lines[1..3].sort();
    assert_eq!(lines, ["sleep", "behind", "tick", "tick", "close"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn every_does_not_run_while_the_connection_closes() -> wsrack::Result {
    let (server, mut journal) = worker().await?;
    let mut client = server.connect("/").raw().await?;
    sleep(Duration::from_secs(3)).await;
    client.write(crate::frames::client::text("close")).await?;
    // The peer's close frame is awaited beyond the next tick.
    assert_eq!([journal.next().await, journal.next().await], ["close", "close"]);
    assert!(journal.rest(server).await?.is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn notices_come_in_turn_from_inside_and_outside() -> wsrack::Result {
    let (server, mut journal) = worker().await?;
    let mut client = server.connect("/").await?;
    client.send("notify").await?;
    assert_eq!(client.next_text().await?, "notified 7");
    client.send("sleep").await?;
    client.send("notify").await?;
    while journal.next().await != "sleep" {}
    let began = Instant::now();
    while client.next_text().await? != "notified 7" {}
    assert_eq!(began.elapsed().as_secs(), 12);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_no_handler_takes_goes_to_on_error() -> wsrack::Result {
    let (server, mut journal) = worker().await?;
    let mut client = server.connect("/").await?;
    client.send("unknown").await?;
    assert_eq!(journal.next().await, "unknown");
    assert_eq!(journal.next().await, "error no `#[on_notify]` handler takes a `&str`");
    client.send("fail").await?;
    assert_eq!(journal.next().await, "fail");
    assert_eq!([journal.next().await, journal.next().await], ["notified 0", "error no zero"]);
    client.close(1000, "").await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn neither_waits_for_the_end_of_a_flood_of_messages() -> wsrack::Result {
    struct Busy;

    #[websocket_app]
    impl Busy {
        #[on_message]
        async fn text(&self, ws: &Socket, text: &str) -> wsrack::Result {
            if text == "0" {
                ws.notify(1_u8)?;
            }
            // Meanwhile more messages come than are handled.
            sleep(Duration::from_millis(10)).await;
            Ok(())
        }

        #[on_notify]
        fn notified(&self, _: u8) -> &'static str {
            "notified"
        }

        #[every("1s")]
        fn tick(&self) -> &'static str {
            "tick"
        }
    }

    let server = wsrack::routes! { "/" => Busy }.test().await?;
    let mut client = server.connect("/").await?;
    let began = Instant::now();
    for number in 0..1000 {
        client.send(number.to_string()).await?;
    }
    assert_eq!(client.next_text().await?, "notified");
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    for _ in 0..5 {
        assert_eq!(client.next_text().await?, "tick");
    }
    assert!(began.elapsed() < Duration::from_secs(6), "it took {:?}", began.elapsed());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn spawned_work_ends_with_the_connection() -> wsrack::Result {
    struct Spawns(Pen);

    struct Ends(Pen);

    impl Drop for Ends {
        fn drop(&mut self) {
            self.0.write("dropped");
        }
    }

    #[websocket_app]
    impl Spawns {
        #[on_open]
        fn open(&self, ws: &Socket) {
            let (ends, socket) = (Ends(self.0.clone()), ws.clone());
            ws.spawn(async move {
                let ends = ends;
                for number in 0.. {
                    sleep(Duration::from_secs(1)).await;
                    if socket.send(number.to_string()).await.is_err() {
                        ends.0.write("saw the close");
                    }
                }
            });
        }
    }

    let (pen, mut journal) = journal();
    let server = wsrack::routes! { "/" => Spawns(pen) }.test().await?;
    let mut client = server.connect("/").await?;
    assert_eq!([client.next_text().await?, client.next_text().await?], ["0", "1"]);
    assert!(journal.written().is_empty());
    client.close(1000, "").await?;
    assert_eq!(journal.next().await, "dropped");
    assert!(journal.rest(server).await?.is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn work_spawned_in_on_close_does_not_run() -> wsrack::Result {
    struct Late(Pen);

    #[websocket_app]
    impl Late {
        #[on_close]
        fn bye(&self, ws: &Socket) {
            let pen = self.0.clone();
            ws.spawn(async move { pen.write("ran") });
            self.0.write("closed");
        }
    }

    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Late(pen) }.test().await?;
    server.connect("/").await?.close(1000, "").await?;
    journal.is(server, &["closed"]).await
}
