//! Handshakes over streams cut into small pieces, and what a quiet client of an early one may do.

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderValue, Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tower::util::MapResponseLayer;

use super::arrival::{Door, Visit, arrive};
use super::stop::Stop;
use crate::body::Body;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::routes::{Routes, Running, http};
use crate::{Cause, Close, websocket_app};

const HEAD: &str = "GET /demo HTTP/1.1\r\n\
                    Host: example.com\r\n\
                    Connection: Upgrade\r\n\
                    Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n\
                    Sec-WebSocket-Protocol: sample\r\n\
                    Upgrade: WebSocket\r\n\
                    Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n\
                    Origin: http://example.com\r\n";

const ANSWER: &str = "HTTP/1.1 101 WebSocket Protocol Handshake\r\n\
                      Upgrade: WebSocket\r\n\
                      Connection: Upgrade\r\n\
                      Sec-WebSocket-Location: ws://example.com/demo\r\n\
                      Sec-WebSocket-Origin: http://example.com\r\n\
                      Sec-WebSocket-Protocol: sample\r\n\r\n\
                      8jKS'y:G*Co,Wxa-";

const HIXIE_75: &str = "GET / HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nHost: a\r\n\r\n";

const HIXIE_75_ANSWER: &str = "HTTP/1.1 101 Web Socket Protocol Handshake\r\n\
                               Upgrade: WebSocket\r\n\
                               Connection: Upgrade\r\n\
                               WebSocket-Location: ws://a/\r\n\r\n";

/// The example of RFC 6455, 1.2.
const RFC_6455: &str = "GET /chat HTTP/1.1\r\n\
                        Host: server.example.com\r\n\
                        Upgrade: websocket\r\n\
                        Connection: Upgrade\r\n\
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                        Sec-WebSocket-Protocol: sample, superchat\r\n\
                        Sec-WebSocket-Version: 13\r\n\r\n";

const RFC_6455_ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\n\
                               upgrade: websocket\r\n\
                               connection: Upgrade\r\n\
                               sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
                               sec-websocket-protocol: sample\r\n";

const HELLO_AND_CLOSE: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x88\x80\0\0\0\0";

const LIMIT: Duration = Duration::from_hours(1);

#[derive(Clone)]
struct Echo(mpsc::UnboundedSender<(u16, Cause)>);

#[websocket_app(drafts = "all", protocols = ["sample"], idle_timeout = "30s")]
impl Echo {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_close]
    fn close(&self, close: Close) {
        let _ended = self.0.send((close.code.into(), close.cause));
    }
}

struct Served {
    running: Running,
    ends: mpsc::UnboundedReceiver<(u16, Cause)>,
    stop: watch::Sender<Stop>,
}

impl Served {
    async fn start() -> Self {
        Self::start_in(Routes::new()).await
    }

    /// Beside what is in the routes already.
    async fn start_in(routes: Routes) -> Self {
        let (told, ends) = mpsc::unbounded_channel();
        let running = routes.map("/", Echo(told)).unwrap().start().await.unwrap();
        Self { running, ends, stop: watch::Sender::new(Stop::No) }
    }

    /// A stream to the server that holds `size` bytes in each direction.
    fn connect(&self, size: usize) -> DuplexStream {
        let (client, server) = duplex(size);
        let peer = Peer::new(Scheme::Http, None, None);
        let routes = self.running.service();
        let door = Arc::new(Door::new(routes, Duration::from_secs(10)));
        let visit = Visit::new(peer, &door, self.stop.subscribe());
        tokio::spawn(arrive(Io::Other(Box::new(server)), visit));
        client
    }

    async fn end(&mut self) -> (u16, Cause) {
        timeout(LIMIT, self.ends.recv()).await.unwrap().unwrap()
    }
}

/// Sends a request in pieces, and reads up to the end.
async fn ask(stream: DuplexStream, request: Vec<u8>) -> Vec<u8> {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let write = async move { writing.write_all(&request).await.map(|()| writing) };
    let mut answer = Vec::new();
    let both = async { tokio::join!(write, reading.read_to_end(&mut answer)) };
    let (_writing, read) = timeout(LIMIT, both).await.unwrap();
    read.unwrap();
    answer
}

async fn read(stream: &mut DuplexStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    timeout(LIMIT, stream.read_exact(&mut bytes)).await.unwrap().unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn a_handshake_and_a_conversation_in_pieces_of_every_size() {
    let served = Served::start().await;
    let frames = b"\0Hello\xff\x80\x03abc\0\xff\xff\0";
    for announced in ["", "Content-Length: 8\r\n"] {
        let request = [HEAD.as_bytes(), announced.as_bytes(), b"\r\n^n:ds[4U", frames].concat();
        for size in 1..=request.len() {
            let answer = ask(served.connect(size), request.clone()).await;
            let expected = [ANSWER.as_bytes(), b"\0Hello\xff\0\xff\xff\0"].concat();
            assert_eq!(answer, expected, "pieces of {size}{announced}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_looks_at_is_written_as_it_is() {
    let served = Served::start().await;
    let request = [RFC_6455.as_bytes(), HELLO_AND_CLOSE].concat();
    for size in 1..=request.len() {
        let answer = ask(served.connect(size), request.clone()).await;
        let expected = [RFC_6455_ANSWER.as_bytes(), b"\r\n\x81\x05Hello\x88\x00"].concat();
        assert_eq!(
            answer.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "pieces of {size}"
        );
    }
}

/// hyper may still have to write to the one before, so it writes this one as well.
#[tokio::test(start_paused = true)]
async fn an_answer_behind_another_is_the_same() {
    let page = http(|_: Request<Body>| async { Response::new(Body::from("a page")) });
    let served = Served::start_in(Routes::new().map("/page", page).unwrap()).await;
    let first = b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n";
    let request = [first, RFC_6455.as_bytes(), HELLO_AND_CLOSE].concat();
    for size in [1, 7, 64, 4096] {
        let answer = ask(served.connect(size), request.clone()).await.escape_ascii().to_string();
        let (page, rest) = answer.split_once("a page").unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
        assert!(rest.starts_with(&RFC_6455_ANSWER.escape_default().to_string()), "{rest}");
        assert!(rest.ends_with(r"\r\n\r\n\x81\x05Hello\x88\x00"), "{rest}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_sees_the_whole_answer_and_may_add_to_it() {
    let layer = MapResponseLayer::new(|mut answer: Response<Body>| {
        assert_eq!(answer.headers()["sec-websocket-protocol"], "sample");
        answer.headers_mut().insert("x-layer", HeaderValue::from_static("seen"));
        answer
    });
    let served = Served::start_in(Routes::new().layer(layer)).await;
    let request = [RFC_6455.as_bytes(), HELLO_AND_CLOSE].concat();
    let answer = ask(served.connect(4096), request).await.escape_ascii().to_string();
    assert!(answer.starts_with(&RFC_6455_ANSWER.escape_default().to_string()), "{answer}");
    assert!(answer.contains(r"\r\nx-layer: seen\r\n"), "{answer}");
    assert!(answer.ends_with(r"\r\n\r\n\x81\x05Hello\x88\x00"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_does_not_come_ends_the_wait() {
    let served = Served::start().await;
    for announced in ["", "Content-Length: 8\r\n"] {
        let mut client = served.connect(4096);
        let started = Instant::now();
        client.write_all(format!("{HEAD}{announced}\r\n1234567").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(LIMIT, client.read_to_end(&mut answer)).await.unwrap().unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 101"));
        let waited = started.elapsed();
        assert!((Duration::from_secs(10)..Duration::from_secs(12)).contains(&waited), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_cannot_be_pinged_may_be_quiet() {
    let mut served = Served::start().await;
    let mut client = served.connect(4096);
    client.write_all(HIXIE_75.as_bytes()).await.unwrap();
    read(&mut client, HIXIE_75_ANSWER.len()).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    client.write_all(b"\0still here\xff").await.unwrap();
    assert_eq!(read(&mut client, 12).await, b"\0still here\xff");
    drop(client);
    assert_eq!(served.end().await, (1006, Cause::Lost));
}

#[tokio::test(start_paused = true)]
async fn but_not_within_a_frame() {
    let mut served = Served::start().await;
    for begun in [&b"\0half a text"[..], b"\x80\x05ab", b"\x80"] {
        let mut client = served.connect(4096);
        client.write_all(HIXIE_75.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(100)).await;
        client.write_all(begun).await.unwrap();
        let started = Instant::now();
        assert_eq!(served.end().await, (1006, Cause::PingTimeout));
        let waited = started.elapsed();
        assert!((Duration::from_secs(30)..Duration::from_secs(32)).contains(&waited), "{waited:?}");
    }
}
