//! A client that compresses: `flate2` and as much of the protocol as the tests need.

use std::net::SocketAddr;
use std::time::Duration;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The end of a flushed stream, which is not sent.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

pub(crate) struct Client {
    stream: TcpStream,
    /// What the server agreed to; empty where it did not.
    pub(crate) extensions: String,
    deflate: Compress,
    inflate: Decompress,
}

/// A message that came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) text: String,
    pub(crate) is_compressed: bool,
    /// Bytes of its frames' payloads.
    pub(crate) wire: Vec<u8>,
    pub(crate) frames: usize,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, path: &str, offer: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let offer =
            if offer.is_empty() { String::new() } else { format!("Sec-WebSocket-Extensions: {offer}\r\n") };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(bounded(stream.read_u8()).await);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let field = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("sec-websocket-extensions").then(|| value.to_owned())
        };
        let extensions = head.lines().find_map(field).unwrap_or_default();
        Self {
            stream,
            extensions,
            deflate: Compress::new(Compression::new(6), false),
            inflate: Decompress::new(false),
        }
    }

    /// Sends a text as it is.
    pub(crate) async fn send(&mut self, text: &str) {
        self.frame(0x81, text.as_bytes()).await;
    }

    /// Sends a text compressed.
    pub(crate) async fn send_compressed(&mut self, text: &str) -> usize {
        let mut payload = Vec::with_capacity(text.len() + 100);
        if self.extensions.contains("client_no_context_takeover") {
            self.deflate.reset();
        }
        self.deflate.compress_vec(text.as_bytes(), &mut payload, FlushCompress::Sync).unwrap();
        payload.truncate(payload.len() - TAIL.len());
        self.frame(0xc1, &payload).await;
        payload.len()
    }

    pub(crate) async fn frame(&mut self, first: u8, payload: &[u8]) {
        let mut bytes = vec![first];
        match payload.len() {
            len @ 0..=125 => bytes.push(0x80 | u8::try_from(len).unwrap()),
            len @ 126..=0xffff => {
                bytes.push(0xfe);
                bytes.extend(u16::try_from(len).unwrap().to_be_bytes());
            }
            len => {
                bytes.push(0xff);
                bytes.extend((len as u64).to_be_bytes());
            }
        }
        // A key of zeros: what is sent is what is meant.
        bytes.extend([0; 4]);
        bytes.extend(payload);
        bounded(self.stream.write_all(&bytes)).await;
    }

    /// The next message; control frames are passed over.
    pub(crate) async fn next(&mut self) -> Received {
        let (mut wire, mut is_compressed, mut frames) = (Vec::new(), false, 0);
        loop {
            let (first, payload) = self.next_frame().await;
            if first & 0x08 != 0 {
                assert_ne!(first, 0x88, "closed: {:?}", String::from_utf8_lossy(&payload));
                continue;
            }
            frames += 1;
            is_compressed |= first & 0x40 != 0;
            assert!(first & 0x40 == 0 || frames == 1, "the bit stands on the first frame alone");
            wire.extend(payload);
            if first & 0x80 != 0 {
                let bytes = if is_compressed { self.inflate(&wire) } else { wire.clone() };
                return Received { text: String::from_utf8(bytes).unwrap(), is_compressed, wire, frames };
            }
        }
    }

    /// The code that the server closes with.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            let (first, payload) = self.next_frame().await;
            if first == 0x88 {
                return u16::from_be_bytes(*payload.first_chunk().unwrap());
            }
        }
    }

    async fn next_frame(&mut self) -> (u8, Vec<u8>) {
        let first = bounded(self.stream.read_u8()).await;
        let len = match bounded(self.stream.read_u8()).await {
            126 => bounded(self.stream.read_u16()).await.into(),
            127 => usize::try_from(bounded(self.stream.read_u64()).await).unwrap(),
            short => short.into(),
        };
        let mut payload = vec![0; len];
        bounded(self.stream.read_exact(&mut payload)).await;
        (first, payload)
    }

    fn inflate(&mut self, wire: &[u8]) -> Vec<u8> {
        if self.extensions.contains("server_no_context_takeover") {
            self.inflate.reset(false);
        }
        let mut out = Vec::with_capacity(1 << 20);
        let input = [wire, &TAIL].concat();
        self.inflate.decompress_vec(&input, &mut out, FlushDecompress::Sync).unwrap();
        out
    }
}

async fn bounded<T>(work: impl Future<Output = std::io::Result<T>>) -> T {
    timeout(Duration::from_secs(20), work).await.expect("in time").unwrap()
}
