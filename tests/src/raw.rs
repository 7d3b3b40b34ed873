//! A client that writes and reads bytes, right or wrong.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, ToSocketAddrs},
    time::timeout,
};

use crate::{Failure, Result};

/// How long one step may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The key of each frame from [`frame`].
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// The bytes of a right handshake for `path`, up to its empty line.
pub fn handshake(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// A client's masked frame: the first byte as it is, the length in its shortest form.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap_or_default()),
        length @ 126..=0xffff => {
            bytes.push(0x80 | 0x7e);
            bytes.extend(u16::try_from(length).unwrap_or_default().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 0x7f);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// A connection without a protocol.
#[derive(Debug)]
pub struct Raw<S = TcpStream> {
    stream: S,
    /// Read and not yet asked for.
    read: Vec<u8>,
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `HTTP/1.1 101 Switching Protocols`.
    pub status_line: String,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// As long as `Content-Length` says.
    pub body: String,
}

impl Answer {
    /// The value of the header `name`, in lower case; of several the first.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The number of the status.
    pub fn status(&self) -> u16 {
        self.status_line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }
}

impl Raw {
    /// Connects over TCP.
    ///
    /// # Errors
    /// Where nobody listens, or does not answer in time.
    pub async fn connect(addr: impl ToSocketAddrs) -> Result<Self> {
        Ok(Self::over(timeout(PATIENCE, TcpStream::connect(addr)).await??))
    }

    /// Connects over TCP and through a right handshake for `path`.
    ///
    /// # Errors
    /// Where the answer is no 101, or there is none in time.
    pub async fn open(addr: impl ToSocketAddrs, path: &str) -> Result<Self> {
        let mut raw = Self::connect(addr).await?;
        raw.upgrade(path).await?;
        Ok(raw)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Raw<S> {
    /// Talks over a stream that is connected.
    pub fn over(stream: S) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// The stream, to do with it what else there is to do. What was read ahead is lost.
    pub fn into_inner(self) -> S {
        self.stream
    }

    /// Goes through a right handshake for `path`.
    ///
    /// # Errors
    /// Where the answer is no 101, or there is none in time.
    pub async fn upgrade(&mut self, path: &str) -> Result<Answer> {
        self.send(handshake(path)).await?;
        let answer = self.answer().await?;
        if answer.status() == 101 { Ok(answer) } else { Err(Failure::new(format!("{answer:?}"))) }
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Where the connection is gone, or takes no more for so long.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result {
        Ok(timeout(PATIENCE, self.stream.write_all(bytes.as_ref())).await??)
    }

    /// The next HTTP answer.
    ///
    /// # Errors
    /// Where the connection ends before, it is no HTTP, or it does not come in time.
    pub async fn answer(&mut self) -> Result<Answer> {
        let mut answer = self.head().await?;
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body = String::from_utf8(self.take(length).await?)?;
        Ok(answer)
    }

    /// The next HTTP answer, less its body: all that `HEAD` is answered with.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub async fn head(&mut self) -> Result<Answer> {
        let head = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break self.take(end + 4).await?;
            }
            self.more().await?;
        };
        let head = String::from_utf8(head)?;
        let mut lines = head.trim_end().split("\r\n");
        let status_line = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            (name.to_ascii_lowercase(), value.trim().to_owned())
        };
        Ok(Answer { status_line, headers: lines.map(header).collect(), body: String::new() })
    }

    /// The next frame, as a server sends it: its first byte and its payload.
    ///
    /// # Errors
    /// Where the connection ends before, or it does not come in time.
    pub async fn frame(&mut self) -> Result<(u8, Vec<u8>)> {
        let head = self.take(2).await?;
        let length = match head[1] {
            126 => self.take(2).await?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
            127 => self.take(8).await?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
            short => usize::from(short),
        };
        Ok((head[0], self.take(length).await?))
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// Where the connection ends before, or they do not come in time.
    pub async fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        while self.read.len() < count {
            self.more().await?;
        }
        let rest = self.read.split_off(count);
        Ok(std::mem::replace(&mut self.read, rest))
    }

    /// All that still comes, up to the end of the connection.
    ///
    /// # Errors
    /// Where it is reset, or does not end in time.
    pub async fn rest(&mut self) -> Result<Vec<u8>> {
        let mut bytes = std::mem::take(&mut self.read);
        timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await??;
        Ok(bytes)
    }

    async fn more(&mut self) -> Result {
        match timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await?? {
            0 => {
                let text = String::from_utf8_lossy(&self.read).into_owned();
                Err(Failure::new(format!("the connection ended after {text:?}")))
            }
            _ => Ok(()),
        }
    }
}
