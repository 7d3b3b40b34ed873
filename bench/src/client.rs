//! A blocking client that allocates nothing, so that it can stand beside a server whose allocations are counted.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::{Result, wire};

/// Every wait ends after this.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// One connection, past its handshake.
#[derive(Debug)]
pub struct Client<S = TcpStream> {
    stream: S,
}

impl Client {
    /// Connects and shakes hands.
    ///
    /// # Errors
    ///
    /// Where the server does not answer with a 101 in time.
    pub fn connect(server: SocketAddr, request: &str) -> Result<Self> {
        Self::over(tcp(server)?, request)
    }
}

impl<S: Read + Write> Client<S> {
    /// Shakes hands over a stream.
    ///
    /// # Errors
    ///
    /// Where the server does not answer with a 101 in time.
    pub fn over(stream: S, request: &str) -> Result<Self> {
        let mut client = Self { stream };
        client.stream.write_all(request.as_bytes())?;
        client.handshake()?;
        Ok(client)
    }

    fn handshake(&mut self) -> Result {
        let mut head = [0; 4096];
        let mut len = 0;
        // Byte by byte, so that nothing behind the head is read.
        while !head[..len].ends_with(b"\r\n\r\n") {
            self.stream.read_exact(head.get_mut(len..=len).ok_or("the head is too long")?)?;
            len += 1;
        }
        let head = std::str::from_utf8(&head[..len])?;
        if head.starts_with("HTTP/1.1 101 ") && head.contains(wire::ACCEPT) {
            Ok(())
        } else {
            Err(format!("no 101: {head}").into())
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn send(&mut self, bytes: &[u8]) -> Result {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Reads as many bytes as `expected` has, which must be the same.
    ///
    /// # Errors
    ///
    /// Where others come, or none in time.
    pub fn expect(&mut self, expected: &[u8]) -> Result {
        let mut got = [0; 4096];
        for expected in expected.chunks(got.len()) {
            let got = &mut got[..expected.len()];
            self.stream.read_exact(got)?;
            if got != expected {
                return Err("the server answered something else".into());
            }
        }
        Ok(())
    }

    /// Closes with a frame, and waits for the server's and for the end of the stream.
    ///
    /// # Errors
    ///
    /// Where the server does not close in time.
    pub fn close(mut self) -> Result {
        self.send(b"\x88\x82\0\0\0\0\x03\xe8")?;
        self.expect(b"\x88\x02\x03\xe8")?;
        match self.stream.read(&mut [0])? {
            0 => Ok(()),
            _ => Err("bytes after the close frame".into()),
        }
    }
}

/// A stream whose waits end after [`PATIENCE`].
///
/// # Errors
///
/// Where nobody listens there.
pub fn tcp(server: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}
