//! `send_data` never waits, `send` waits for room, and both say when there is nobody to send to.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::time::{sleep, timeout};
use wsrack::prelude::*;
use wsrack::testing::TestServer;

use crate::journal::{Journal, Pen, journal};

/// Hands its socket out.
struct Open(tokio::sync::mpsc::UnboundedSender<Socket>, Pen);

#[websocket_app(send_queue = "1 KiB", ping_interval = "off", idle_timeout = "off")]
impl Open {
    #[on_open]
    fn open(&self, ws: Socket) {
        // The test may have what it wants already.
        let _gone = self.0.send(ws);
    }

    #[on_close]
    fn bye(&self, close: Close) {
        self.1.write(crate::probe::told(&close));
    }
}

type Sockets = tokio::sync::mpsc::UnboundedReceiver<Socket>;

async fn open(options: Options) -> wsrack::Result<(TestServer, Sockets, Journal)> {
    let (sockets, opened) = tokio::sync::mpsc::unbounded_channel();
    let (pen, journal) = journal();
    Ok((wsrack::routes! { "/" => Open(sockets, pen).with(options) }.test().await?, opened, journal))
}

async fn socket(sockets: &mut Sockets) -> wsrack::Result<Socket> {
    Ok(timeout(Duration::from_secs(1), sockets.recv()).await?.ok_or(SendError::Closed)?)
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_and_nothing_was_queued() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let mut client = server.connect("/").await?;
    let ws = socket(&mut sockets).await?;
    let mut queued = 0;
    while ws.send_data(format!("{queued:0200}")).is_ok() {
        queued += 1;
    }
    assert_eq!(queued, 4);
    assert!(matches!(ws.send_data("x".repeat(500)), Err(SendError::Full)));
    for number in 0..queued {
        assert_eq!(client.next_text().await?, format!("{number:0200}"));
    }
    ws.send_data("there is room again")?;
    assert_eq!(client.next_text().await?, "there is room again");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_message_larger_than_the_queue_is_taken_when_it_is_empty() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let mut client = server.connect("/").await?;
    let ws = socket(&mut sockets).await?;
    ws.send_data("x".repeat(5000))?;
    assert!(matches!(ws.send_data("y"), Err(SendError::Full)));
    assert_eq!(client.next_text().await?.len(), 5000);
    ws.send_data("z")?;
    assert!(matches!(ws.send_data("x".repeat(5000)), Err(SendError::Full)));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn send_waits_for_room_and_keeps_the_order() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let mut client = server.connect("/").buffer(100).await?;
    let ws = socket(&mut sockets).await?;
    let sending = tokio::spawn(async move {
        for number in 0..500 {
            ws.send(format!("{number:0300}")).await?;
        }
        Ok::<_, SendError>(())
    });
    for number in 0..500 {
        assert_eq!(client.next_text().await?, format!("{number:0300}"));
    }
    Ok(sending.await??)
}

#[tokio::test(start_paused = true)]
async fn a_send_that_is_dropped_while_it_waits_has_queued_nothing() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let mut client = server.connect("/").buffer(100).await?;
    let ws = socket(&mut sockets).await?;
    ws.send_data("x".repeat(1000))?;
    for _ in 0..10 {
        assert!(timeout(Duration::from_millis(10), ws.send("never ".repeat(20))).await.is_err());
    }
    let last = tokio::spawn(async move { ws.send("last").await });
    assert_eq!(client.next_text().await?.len(), 1000);
    assert_eq!(client.next_text().await?, "last");
    Ok(last.await??)
}

#[tokio::test(start_paused = true)]
async fn a_send_to_a_client_that_takes_nothing_ends_in_a_timeout() -> wsrack::Result {
    let (server, mut sockets, journal) = open(Options::new()).await?;
    let _client = server.connect("/").buffer(100).raw().await?;
    let ws = socket(&mut sockets).await?;
    ws.send_data("x".repeat(1000))?;
    let began = tokio::time::Instant::now();
    assert!(matches!(ws.send("y".repeat(1000)).await, Err(SendError::Timeout)));
    assert_eq!(began.elapsed().as_secs(), 30);
    journal.is(server, &[r#"close 1006 "" unclean SendTimeout"#]).await
}

#[tokio::test(start_paused = true)]
async fn after_the_close_every_call_says_so() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let mut client = server.connect("/").await?;
    let ws = socket(&mut sockets).await?;
    ws.close_websocket();
    for _ in 0..2 {
        assert!(ws.is_closed());
        assert!(matches!(ws.send_data("x"), Err(SendError::Closed)));
        assert!(matches!(ws.send("x").await, Err(SendError::Closed)));
        assert!(matches!(ws.ping("x"), Err(SendError::Closed)));
        assert!(matches!(ws.notify(7), Err(SendError::Closed)));
        assert!(matches!(ws.subscribe("x"), Err(SendError::Closed)));
        assert!(matches!(ws.publish("x", "x"), Err(SendError::Closed)) || !client_is_gone(&ws));
        ws.closed().await;
        // Once closing, then when all of it is gone.
        client.closed().await.ok();
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!((ws.queued(), ws.rtt(), ws.draft()), (0, None, None));
    Ok(())
}

fn client_is_gone(ws: &Socket) -> bool {
    ws.draft().is_none()
}

#[tokio::test(start_paused = true)]
async fn a_kept_socket_keeps_nothing_alive() -> wsrack::Result {
    let (server, mut sockets, journal) = open(Options::new()).await?;
    drop(server.connect("/").await?);
    let ws = socket(&mut sockets).await?;
    ws.closed().await;
    journal.is(server, &[r#"close 1006 "" unclean Lost"#]).await?;
    assert_eq!(ws.draft(), None);
    Ok(())
}

/// Counts by its references who keeps it.
struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

#[tokio::test(start_paused = true)]
async fn waits_that_were_given_up_leave_nothing_behind() -> wsrack::Result {
    let (server, mut sockets, _journal) = open(Options::new()).await?;
    let _client = server.connect("/").buffer(100).raw().await?;
    let ws = socket(&mut sockets).await?;
    ws.send_data("x".repeat(1000))?;
    tokio::task::yield_now().await;

    let nobody = Arc::new(Nobody);
    let waker = Waker::from(nobody.clone());
    let mut task = Context::from_waker(&waker);
    for _ in 0..10 {
        assert_eq!(std::pin::pin!(ws.closed()).poll(&mut task), Poll::Pending);
        assert!(std::pin::pin!(ws.send("y".repeat(1000))).poll(&mut task).is_pending());
    }
    drop(waker);
    assert_eq!(Arc::strong_count(&nobody), 1);
    Ok(())
}
