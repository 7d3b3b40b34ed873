//! How long a connection of HTTP/2 is kept, on the paused clock.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use h2::ext::Protocol;
use h2::{RecvStream, SendStream};
use http::{Method, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::Http2;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::routes::{Routes, Running};
use crate::server::arrival::{Door, Visit, arrive};
use crate::server::stop::Stop;
use crate::websocket_app;

const LIMIT: Duration = Duration::from_hours(1);

/// Never says a word.
struct Quiet;

#[websocket_app(ping_interval = "off", idle_timeout = "off")]
impl Quiet {}

struct Served {
    running: Running,
    stop: watch::Sender<Stop>,
}

impl Served {
    async fn start() -> Self {
        let running = Routes::new().map("/", Quiet).unwrap().start().await.unwrap();
        Self { running, stop: watch::Sender::new(Stop::No) }
    }

    fn connect(&self) -> (DuplexStream, JoinHandle<()>) {
        let (client, server) = duplex(64 << 10);
        let mut door = Door::new(self.running.service(), Duration::from_secs(10));
        door.http2 = Some(Http2::new());
        let peer = Peer::new(Scheme::Http, None, None);
        let visit = Visit::new(peer, &Arc::new(door), self.stop.subscribe());
        (client, tokio::spawn(arrive(Io::Other(Box::new(server)), visit)))
    }

    async fn client(&self) -> (SendRequest<Bytes>, JoinHandle<()>) {
        let (stream, served) = self.connect();
        let (requests, connection) = Builder::new().handshake(stream).await.unwrap();
        tokio::spawn(connection);
        (requests, served)
    }
}

async fn open(requests: &SendRequest<Bytes>) -> (SendStream<Bytes>, RecvStream) {
    let mut request = Request::new(());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = "http://example.org/".parse().unwrap();
    request.headers_mut().insert("sec-websocket-version", "13".parse().unwrap());
    request.extensions_mut().insert(Protocol::from_static("websocket"));
    let (answer, sending) = requests.clone().ready().await.unwrap().send_request(request, false).unwrap();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), 200);
    (sending, answer.into_body())
}

/// When the server has let go of a connection.
async fn ended(served: JoinHandle<()>) -> Duration {
    let started = Instant::now();
    timeout(LIMIT, served).await.unwrap().unwrap();
    started.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_for_nothing_is_let_go() {
    let served = Served::start().await;
    let (_requests, connection) = served.client().await;
    let took = ended(connection).await;
    assert!((Duration::from_secs(10)..Duration::from_secs(21)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_websocket_keeps_its_connection_and_then_a_minute_does() {
    let served = Served::start().await;
    let (requests, connection) = served.client().await;
    let (mut sending, mut receiving) = open(&requests).await;
    sleep(Duration::from_mins(30)).await;
    assert!(!connection.is_finished());
    // A close frame, masked with zeros.
    sending.send_data(Bytes::from_static(b"\x88\x82\0\0\0\0\x03\xe8"), true).unwrap();
    assert_eq!(timeout(LIMIT, receiving.data()).await.unwrap().unwrap().unwrap(), &b"\x88\x02\x03\xe8"[..]);
    while let Some(end) = timeout(LIMIT, receiving.data()).await.unwrap() {
        assert!(end.unwrap().is_empty());
    }
    let took = ended(connection).await;
    assert!((Duration::from_mins(1)..Duration::from_mins(3)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_no_ping_is_gone() {
    let served = Served::start().await;
    let (mut stream, connection) = served.connect();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    // An extended CONNECT to `a`, in HPACK without a table.
    let mut head = vec![0x02, 7];
    head.extend(b"CONNECT\x86\x84\x41\x01a\0\x09:protocol\x09websocket\0\x15sec-websocket-version\x0213");
    let length = u8::try_from(head.len()).unwrap();
    stream.write_all(&[&[0, 0, length, 1, 4, 0, 0, 0, 1][..], &head].concat()).await.unwrap();
    let started = Instant::now();
    let reading = tokio::spawn(async move {
        // It hears all, and says nothing.
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        heard
    });
    timeout(LIMIT, connection).await.unwrap().unwrap();
    let took = started.elapsed();
    assert!((Duration::from_secs(20)..Duration::from_secs(41)).contains(&took), "{took:?}");
    let heard = reading.await.unwrap();
    // The answer is a HEADERS frame of the first stream.
    assert!(
        heard.windows(8).any(|window| window[0..2] == [1, 4] && window[2..6] == [0, 0, 0, 1]),
        "{heard:?}"
    );
}
