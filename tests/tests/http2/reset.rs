//! A stream that its client resets while the server does not read from it: hyper hears of it, and the next look at the
//! connection does, which is due within a second.

use std::time::Duration;

use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};
use wsrack::{Http2, prelude::*};
use wsrack_tests::{Http2Client, Result, raw::frame};

use super::serve;

const PATIENCE: Duration = Duration::from_mins(1);

/// Works on its first message until the connection closes.
struct Waits(UnboundedSender<String>);

impl Waits {
    fn tell(&self, what: impl Into<String>) {
        // A test that has ended hears no more.
        let _ended = self.0.send(what.into());
    }
}

#[websocket_app]
impl Waits {
    #[on_message]
    async fn any(&self, ws: &Socket) {
        self.tell("begin");
        ws.closed().await;
        self.tell("end");
    }

    #[on_close]
    fn bye(&self, close: Close) {
        self.tell(format!("{} {:?}", close.code, close.cause));
    }
}

#[tokio::test]
async fn it_is_noticed_and_the_other_streams_go_on() -> Result {
    let (told, mut hears) = unbounded_channel();
    let server = serve(wsrack::routes! { "/" => Waits(told) }.server().http2(Http2::new())).await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut other = client.open("/", &[]).await?;
    let mut raw = client.open("/", &[]).await?;
    // More than the server reads while its handler waits.
    let large = frame(0x82, &vec![0; 60_000]);
    while timeout(Duration::from_millis(200), raw.send(&large)).await.is_ok_and(|sent| sent.is_ok()) {}
    assert_eq!(timeout(PATIENCE, hears.recv()).await?.as_deref(), Some("begin"));

    drop(raw);
    assert_eq!(timeout(PATIENCE, hears.recv()).await?.as_deref(), Some("end"));
    // What came before is still handled; by now the connection is closed to it.
    let mut lines = Vec::new();
    while !lines.last().is_some_and(|line: &String| line.contains("Lost")) {
        lines.extend(timeout(PATIENCE, hears.recv()).await?);
    }
    assert_eq!(lines.last().map(String::as_str), Some("1006 Lost"));
    other.send(frame(0x88, b"")).await?;
    assert_eq!(other.frame().await?.0, 0x88);
    drop((other, client));
    server.stop().await
}
