//! One connection of the load: what it reads is compared, byte by byte, with what must come.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::ring::Ring;
use crate::{Result, wire};

const PATIENCE: Duration = Duration::from_mins(1);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; 256 << 10]);
}

/// A stream past its handshake.
pub(super) struct Connection {
    stream: TcpStream,
    /// What the server agreed to, beside the protocol itself.
    pub(super) extensions: String,
    /// Bytes that came.
    received: usize,
}

impl Connection {
    pub(super) async fn open(server: SocketAddr, path: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(wire::request(path).as_bytes()).await?;
        let mut head = Vec::with_capacity(512);
        while !head.ends_with(b"\r\n\r\n") {
            if timeout(PATIENCE, stream.read_buf(&mut head)).await?? == 0 {
                return Err("closed in the handshake".into());
            }
        }
        let head = std::str::from_utf8(&head)?;
        if !(head.starts_with("HTTP/1.1 101 ") && head.contains(wire::ACCEPT)) {
            return Err(format!("no 101: {head}").into());
        }
        let field = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("sec-websocket-extensions").then(|| value.to_owned())
        };
        let extensions = head.lines().find_map(field).unwrap_or_default();
        Ok(Self { stream, extensions, received: 0 })
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Reads once; how many frames of `expected` have come in all.
    pub(super) async fn receive(&mut self, expected: &Ring) -> Result<usize> {
        loop {
            self.stream.readable().await?;
            let read = SCRATCH.with_borrow_mut(|scratch| {
                let read = self.stream.try_read(scratch)?;
                let right = expected.holds(self.received, &scratch[..read]);
                if right { Ok(read) } else { Err(io::Error::other("the server answered something else")) }
            });
            match read {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(read) => {
                    self.received += read;
                    return Ok(expected.frames(self.received));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads once, behind what is in the buffer.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result {
        match timeout(PATIENCE, self.stream.read_buf(buffer)).await?? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }

    /// What comes next is compared from the beginning again.
    pub(super) fn restart(&mut self) {
        self.received = 0;
    }

    /// Awaits the end of the stream.
    pub(super) async fn ended(&mut self) -> Result {
        match timeout(PATIENCE, self.stream.read(&mut [0])).await?? {
            0 => Ok(()),
            _ => Err("bytes after the close frame".into()),
        }
    }
}
