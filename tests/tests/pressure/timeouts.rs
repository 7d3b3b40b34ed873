//! Clients with which nothing goes on: they are let go in time, and nobody else notices.

use std::time::Duration;

use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};
use wsrack::prelude::*;
use wsrack_tests::{Client, Failure, Raw, Result, Served, ask, raw::frame};

/// Sends until the connection is closed, or sends back what comes; tells how sending and the connection ended.
struct Sender(UnboundedSender<(Option<SendError>, Option<Close>)>);

#[websocket_app(send_timeout = "300ms", send_queue = "64 KiB", max_message_size = "1 MiB")]
impl Sender {
    #[on_message]
    async fn send(&self, ws: &Socket, _start: &str) {
        loop {
            if let Err(error) = ws.send(vec![b'x'; 20_000]).await {
                let _deaf = self.0.send((Some(error), None));
                return;
            }
        }
    }

    #[on_message]
    fn echo<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        message
    }

    #[on_close]
    fn close(&self, close: Close) {
        let _deaf = self.0.send((None, Some(close)));
    }
}

#[tokio::test]
async fn who_takes_nothing_of_what_a_handler_waits_to_send_is_closed() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Sender(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    client.send(frame(0x81, b"start")).await?;
    let (sending, _) = timeout(Duration::from_secs(20), tells.recv()).await?.unwrap();
    assert!(matches!(sending, Some(SendError::Timeout)), "{sending:?}");
    let (_, close) = timeout(Duration::from_secs(20), tells.recv()).await?.unwrap();
    let close = close.unwrap();
    assert_eq!((close.cause, close.code, close.was_clean), (Cause::SendTimeout, CloseCode::ABNORMAL, false));
    server.stop().await
}

/// Two sides that wait for each other: the client writes and never reads, so the server stops reading.
#[tokio::test]
async fn who_takes_none_of_its_echoes_is_closed() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Sender(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    let message = frame(0x82, &vec![b'x'; 500_000]);
    let flood = async {
        // Until the server has had enough and ends the connection.
        while client.send(&message).await.is_ok() {}
    };
    let (_, close) =
        timeout(Duration::from_secs(20), async { tokio::join!(flood, tells.recv()).1 }).await?.unwrap();
    assert_eq!(close.unwrap().cause, Cause::SendTimeout);
    server.stop().await
}

/// The server answers each ping, so it stops reading as well.
#[tokio::test]
async fn who_takes_none_of_its_pongs_is_closed() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Sender(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    let pings = frame(0x89, &[b'x'; 125]).repeat(1000);
    let flood = async { while client.send(&pings).await.is_ok() {} };
    let (_, close) =
        timeout(Duration::from_secs(20), async { tokio::join!(flood, tells.recv()).1 }).await?.unwrap();
    assert_eq!(close.unwrap().cause, Cause::SendTimeout);
    server.stop().await
}

/// Closes when told to, or waits for the connection to close; tells how it did.
struct Closer(UnboundedSender<Close>);

#[websocket_app(close_timeout = "300ms", send_queue = "16 MiB", ping_interval = "off", idle_timeout = "off")]
impl Closer {
    #[on_message]
    async fn close(&self, ws: &Socket, what: &str) -> wsrack::Result {
        match what {
            "flood and close" => {
                ws.send_data(vec![b'x'; 16 << 20])?;
                ws.close_with(4000, "enough");
            }
            "flood" => ws.send_data(vec![b'x'; 16 << 20])?,
            "close" => ws.close_with(4000, "enough"),
            _ => ws.closed().await,
        }
        Ok(())
    }

    #[on_message]
    fn drop(&self, _message: &[u8]) {}

    #[on_close]
    fn closed(&self, close: Close) {
        let _deaf = self.0.send(close);
    }
}

#[tokio::test]
async fn who_does_not_take_the_close_frame_has_its_time_to() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Closer(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    client.send(frame(0x81, b"flood and close")).await?;
    let close = timeout(Duration::from_secs(20), tells.recv()).await?.unwrap();
    assert_eq!((close.cause, u16::from(close.code), close.was_clean), (Cause::Server, 4000, false));
    server.stop().await
}

#[tokio::test]
async fn who_closes_and_takes_no_answer_has_not_closed_cleanly() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Closer(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    client.send([frame(0x81, b"flood"), frame(0x88, &[0x03, 0xe8])].concat()).await?;
    let close = timeout(Duration::from_secs(20), tells.recv()).await?.unwrap();
    assert_eq!((close.cause, u16::from(close.code), close.was_clean), (Cause::Client, 1000, false));
    server.stop().await
}

#[tokio::test]
async fn who_does_not_answer_the_close_frame_has_its_time_to() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Closer(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    client.send(frame(0x81, b"close")).await?;
    assert_eq!(client.frame().await?, (0x88, b"\x0f\xa0enough".to_vec()));
    // It talks on instead.
    let message = frame(0x82, &[b'x'; 10_000]);
    let talk = async { while client.send(&message).await.is_ok() {} };
    let ((), close) = timeout(Duration::from_secs(20), async { tokio::join!(talk, tells.recv()) }).await?;
    assert!(!close.unwrap().was_clean);
    server.stop().await
}

#[tokio::test]
async fn a_reset_is_noticed_though_nothing_is_read() -> Result {
    let (told, mut tells) = unbounded_channel();
    let server = Served::start(wsrack::routes! { "/" => Closer(told) }).await?;
    let mut client = Raw::open(server.addr(), "/").await?;
    client.send(frame(0x81, b"wait")).await?;
    let message = frame(0x82, &vec![b'x'; 100_000]);
    while timeout(Duration::from_millis(200), client.send(&message)).await.is_ok_and(|sent| sent.is_ok()) {}
    let stream = client.into_inner();
    stream.set_zero_linger()?;
    drop(stream);
    let close = timeout(Duration::from_secs(20), tells.recv()).await?.unwrap();
    assert_eq!(close.cause, Cause::Lost);
    server.stop().await
}

struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn echo<'m>(&self, message: &'m str) -> &'m str {
        message
    }
}

#[tokio::test]
async fn a_thousand_that_never_end_their_request_are_dropped_and_fifty_others_notice_nothing() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let hub = routes.hub();
    // Long enough for those who do ask, however busy the machine.
    let builder = routes.server().handshake_timeout(Duration::from_secs(3));
    let server = Served::bound(builder.bind("127.0.0.1:0").await.map_err(|error| Failure::of(&error))?, hub)?;
    let mut good = Vec::new();
    for _ in 0..25 {
        good.push(Client::connect(server.ws("/")).await?);
    }
    let mut slow = Vec::new();
    for index in 0..1000 {
        let mut raw = Raw::connect(server.addr()).await?;
        // Every tenth says nothing at all.
        if index % 10 > 0 {
            raw.send("G").await?;
        }
        slow.push(raw);
    }
    for _ in 0..25 {
        good.push(Client::connect(server.ws("/")).await?);
    }
    for client in &mut good {
        assert_eq!(ask(client, "before").await?, "before");
    }
    for raw in &mut slow {
        assert_eq!(raw.rest().await?, b"", "the end, and no reset");
    }
    for client in &mut good {
        assert_eq!(ask(client, "after").await?, "after");
    }
    drop(good);
    server.stop().await
}

#[tokio::test]
async fn who_asks_nothing_more_is_dropped() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let hub = routes.hub();
    let builder = routes.server().handshake_timeout(Duration::from_secs(2));
    let server = Served::bound(builder.bind("127.0.0.1:0").await.map_err(|error| Failure::of(&error))?, hub)?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    assert_eq!(raw.answer().await?.status(), 426);
    assert_eq!(raw.rest().await?, b"");
    server.stop().await
}

#[tokio::test]
async fn who_sends_a_byte_now_and_then_is_dropped_all_the_same() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let hub = routes.hub();
    let builder = routes.server().handshake_timeout(Duration::from_millis(300));
    let server = Served::bound(builder.bind("127.0.0.1:0").await.map_err(|error| Failure::of(&error))?, hub)?;
    let mut raw = Raw::connect(server.addr()).await?;
    let drip = async {
        loop {
            raw.send("G").await?;
            if let Ok(end) = timeout(Duration::from_millis(50), raw.take(1)).await {
                break end.map(drop);
            }
        }
    };
    assert!(timeout(Duration::from_secs(20), drip).await?.is_err(), "the connection ends");
    server.stop().await
}
