//! Early handshakes over streams cut into small pieces, and what a quiet client of theirs may do.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use super::arrival::{Door, Visit, arrive};
use super::stop::Stop;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::routes::{Routes, Running};
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
        let (told, ends) = mpsc::unbounded_channel();
        let running = Routes::new().map("/", Echo(told)).unwrap().start().await.unwrap();
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
            let (mut reading, mut writing) = tokio::io::split(served.connect(size));
            let sent = request.clone();
            let write = async move { writing.write_all(&sent).await.map(|()| writing) };
            let mut answer = Vec::new();
            let both = async { tokio::join!(write, reading.read_to_end(&mut answer)) };
            let (_writing, read) = timeout(LIMIT, both).await.unwrap();
            read.unwrap();
            let expected = [ANSWER.as_bytes(), b"\0Hello\xff\0\xff\xff\0"].concat();
            assert_eq!(answer, expected, "pieces of {size}{announced}");
        }
    }
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
