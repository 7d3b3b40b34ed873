//! A client of any draft, which takes nothing from the library: its bytes are its own.

use std::net::SocketAddr;

use bytes::Bytes;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wsrack::Draft;

use super::PATIENCE;
use super::request::{PROOF, has_challenge, whole};

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

pub(crate) struct Client {
    stream: TcpStream,
    pub(crate) draft: Draft,
    pub(crate) head: String,
    secret: Vec<u8>,
    read: Vec<u8>,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Text(String),
    Binary(Bytes),
    Ping(Bytes),
    Pong(Bytes),
    /// With the body.
    Close(Bytes),
    /// The end of the stream.
    End,
}

impl Client {
    /// Connects, and reads what the server says first.
    pub(crate) async fn open(addr: SocketAddr, path: &str, draft: Draft) -> Self {
        let client = Self::start(addr, draft, &whole(draft, path, &[])).await;
        assert!(client.head.starts_with("HTTP/1.1 101 "), "{draft}: {}", client.head);
        client
    }

    /// Sends a request and reads the head of the answer, and the proof behind it where there is one.
    pub(crate) async fn start(addr: SocketAddr, draft: Draft, request: &[u8]) -> Self {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(request).await.unwrap();
        Self::answered(stream, draft).await
    }

    /// Reads the answer to a request that was sent.
    pub(crate) async fn answered(stream: TcpStream, draft: Draft) -> Self {
        let mut client = Self { stream, draft, head: String::new(), secret: Vec::new(), read: Vec::new() };
        let end = loop {
            if let Some(end) = client.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(client.fill().await, "{draft}: {}", String::from_utf8_lossy(&client.read));
        };
        client.head = String::from_utf8(client.read.drain(..end).collect()).unwrap();
        if client.head.starts_with("HTTP/1.1 101 ") {
            if has_challenge(draft) {
                assert_eq!(client.take(16).await, PROOF, "{draft}");
            }
            if let Some(nonce) = client.header("sec-websocket-nonce") {
                let known = [super::request::KEY, &nonce, "61AC5F19-FBBA-4540-B96F-6561F1AB40A8"].concat();
                client.secret = Sha1::digest(known).to_vec();
            }
        }
        client
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    pub(crate) async fn text(&mut self, text: &str) {
        self.send(true, 0x1, text.as_bytes()).await;
    }

    /// Sends a close as the draft has it; with a code where it has codes.
    pub(crate) async fn close(&mut self) {
        match self.draft {
            Draft::Hixie75 => self.stream.shutdown().await.unwrap(),
            Draft::Hybi03 | Draft::Hybi04 => self.send(true, 0x8, b"bye").await,
            Draft::Hybi05 => self.send(true, 0x8, b"C").await,
            draft if draft.has_close_code() => self.send(true, 0x8, &1000_u16.to_be_bytes()).await,
            _ => self.send(true, 0x8, b"").await,
        }
    }

    /// Sends a frame; `opcode` is today's.
    pub(crate) async fn send(&mut self, is_last: bool, opcode: u8, payload: &[u8]) {
        let bytes = self.frame(is_last, opcode, payload);
        self.raw(&bytes).await;
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.unwrap().unwrap();
    }

    /// Sends to a server that may have closed the stream.
    pub(crate) async fn try_raw(&mut self, bytes: &[u8]) {
        let _closed = timeout(PATIENCE, self.stream.write_all(bytes)).await.unwrap();
    }

    pub(crate) fn frame(&self, is_last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
        match (self.draft, opcode) {
            (Draft::Hixie75 | Draft::Hixie76, 0x8) => return vec![0xff, 0x00],
            (Draft::Hixie75 | Draft::Hixie76, _) => return [&[0x00], payload, &[0xff]].concat(),
            _ => {}
        }
        let has_old_opcodes = self.draft < Draft::Hybi07;
        let opcode = if has_old_opcodes { old(opcode) } else { opcode };
        let top = if is_last == (self.draft >= Draft::Hybi04) { 0x80 } else { 0 };
        let mut head = vec![top | opcode];
        match u16::try_from(payload.len()).unwrap() {
            short @ 0..126 => head.push(u8::try_from(short).unwrap()),
            long => {
                head.push(126);
                head.extend(long.to_be_bytes());
            }
        }
        let xor = |pad: &[u8], bytes: &[u8]| -> Vec<u8> {
            bytes.iter().zip(pad.iter().cycle()).map(|(byte, pad)| byte ^ pad).collect()
        };
        match self.draft {
            Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => [head, payload.to_vec()].concat(),
            Draft::Hybi04 => {
                let pad = Sha1::digest([&MASK[..], &self.secret].concat());
                [MASK.to_vec(), xor(&pad, &[&head[..], payload].concat())].concat()
            }
            Draft::Hybi05 | Draft::Hybi06 => {
                [MASK.to_vec(), xor(&MASK, &[&head[..], payload].concat())].concat()
            }
            _ => {
                head[1] |= 0x80;
                [head, MASK.to_vec(), xor(&MASK, payload)].concat()
            }
        }
    }

    /// The next whole message or control frame; fragments are put together.
    pub(crate) async fn next(&mut self) -> Said {
        if self.draft < Draft::Hybi01 {
            return self.next_hixie().await;
        }
        let (mut kind, mut message) = (0, Vec::new());
        loop {
            if self.read.is_empty() && !self.fill().await {
                return Said::End;
            }
            let head = self.take(2).await;
            assert_eq!(head[1] & 0x80, 0, "a server does not mask");
            let length = match head[1] {
                126 => usize::from(u16::from_be_bytes(self.take(2).await.try_into().unwrap())),
                short => usize::from(short),
            };
            let payload = self.take(length).await;
            let is_last = (head[0] & 0x80 != 0) == (self.draft >= Draft::Hybi04);
            let opcode = if self.draft < Draft::Hybi07 { new(head[0] & 0x7f) } else { head[0] & 0x7f };
            match opcode {
                0x8 => return Said::Close(payload.into()),
                0x9 => return Said::Ping(payload.into()),
                0xa => return Said::Pong(payload.into()),
                0x0 => {}
                data => kind = data,
            }
            message.extend(payload);
            if is_last {
                let text = || String::from_utf8(message.clone()).unwrap();
                return if kind == 0x1 { Said::Text(text()) } else { Said::Binary(message.into()) };
            }
        }
    }

    async fn next_hixie(&mut self) -> Said {
        if self.read.is_empty() && !self.fill().await {
            return Said::End;
        }
        match self.take(1).await[0] {
            0x00 => {}
            0xff => {
                assert_eq!(self.take(1).await, [0]);
                return Said::Close(Bytes::new());
            }
            other => panic!("a frame of type {other:#x}"),
        }
        let mut text = Vec::new();
        loop {
            match self.take(1).await[0] {
                0xff => return Said::Text(String::from_utf8(text).unwrap()),
                byte => text.push(byte),
            }
        }
    }

    /// The text that comes next.
    pub(crate) async fn next_text(&mut self) -> String {
        match self.next().await {
            Said::Text(text) => text,
            other => panic!("{}: {other:?}", self.draft),
        }
    }

    /// Waits until so many bytes have come.
    pub(crate) async fn wait_for(&mut self, count: usize) {
        while self.read.len() < count {
            assert!(self.fill().await, "{}: the stream ended", self.draft);
        }
    }

    /// All that still comes, to the end of the stream, which is no reset.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.fill().await {}
        std::mem::take(&mut self.read)
    }

    async fn take(&mut self, count: usize) -> Vec<u8> {
        self.wait_for(count).await;
        self.read.drain(..count).collect()
    }

    /// Whether there was more.
    async fn fill(&mut self) -> bool {
        timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await.unwrap().unwrap() > 0
    }
}

fn old(opcode: u8) -> u8 {
    match opcode {
        0x8 => 1,
        0x9 => 2,
        0xa => 3,
        0x1 => 4,
        0x2 => 5,
        other => other,
    }
}

fn new(opcode: u8) -> u8 {
    match opcode {
        1 => 0x8,
        2 => 0x9,
        3 => 0xa,
        4 => 0x1,
        5 => 0x2,
        other => other,
    }
}
