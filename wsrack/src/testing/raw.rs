//! A client that speaks in bytes.

use std::future::Future;
use std::io;
use std::panic::Location;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

use super::error::within;
use super::{Line, TestError};

/// A client of a [`TestServer`](super::TestServer) that sends and takes bytes, for tests of the wire. It
/// answers nothing by itself. From [`TestServer::raw`](super::TestServer::raw), before any request, or from
/// [`Connect::raw`](super::Connect::raw), behind the 101.
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").raw().await?;
/// client.write(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58").await?; // "Hello", masked
/// client.expect(b"\x81\x05Hello").await;
/// client.write(b"\x88\x80\0\0\0\0").await?; // a close frame without a code
/// client.expect(b"\x88\x00").await;
/// client.expect_end().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RawClient {
    stream: DuplexStream,
    /// What was read and not asked for.
    buffer: BytesMut,
    line: Line,
    patience: Duration,
}

impl RawClient {
    pub(super) fn new(stream: DuplexStream, buffer: BytesMut, line: Line, patience: Duration) -> Self {
        Self { stream, buffer, line, patience }
    }

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// [`TestError::Lost`] where the server has closed, [`TestError::TimedOut`] where it does not read.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, a part of the bytes may have been sent.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), TestError> {
        within(self.patience, self.stream.write_all(bytes.as_ref())).await
    }

    /// Ends this side of the stream: the server reads its end, and may still write.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, this side may have ended or not.
    pub async fn shutdown(&mut self) -> Result<(), TestError> {
        within(self.patience, self.stream.shutdown()).await
    }

    /// Takes exactly `count` bytes.
    ///
    /// # Errors
    ///
    /// [`TestError::Lost`] where the stream ends before, [`TestError::TimedOut`]. What had come stays for the
    /// next call.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, no byte is lost.
    pub async fn read(&mut self, count: usize) -> Result<Bytes, TestError> {
        self.fill(|buffer| buffer.len() >= count).await?;
        Ok(self.buffer.split_to(count).freeze())
    }

    /// Takes an HTTP head, with the empty line at its end.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`read`](Self::read).
    pub async fn read_head(&mut self) -> Result<String, TestError> {
        const END: &[u8] = b"\r\n\r\n";
        let end = |buffer: &[u8]| buffer.windows(END.len()).position(|part| part == END);
        self.fill(|buffer| end(buffer).is_some()).await?;
        let length = end(&self.buffer).map_or(0, |start| start + END.len());
        Ok(String::from_utf8_lossy(&self.buffer.split_to(length)).into_owned())
    }

    /// Takes all bytes up to the end of the stream.
    ///
    /// # Errors
    ///
    /// [`TestError::Lost`] where the stream breaks, [`TestError::TimedOut`].
    ///
    /// # Cancel safety
    ///
    /// As [`read`](Self::read).
    pub async fn read_to_end(&mut self) -> Result<Bytes, TestError> {
        match self.fill(|_| false).await {
            Err(TestError::Lost(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Ok(self.buffer.split().freeze())
            }
            Err(error) => Err(error),
            Ok(()) => Ok(Bytes::new()),
        }
    }

    /// Takes as many bytes as are expected, and compares them.
    ///
    /// # Panics
    ///
    /// Where others come, or not enough.
    #[track_caller]
    pub fn expect(&mut self, bytes: impl AsRef<[u8]>) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            let bytes = bytes.as_ref();
            match self.read(bytes.len()).await {
                Ok(came) if came == bytes => {}
                Ok(came) => {
                    panic!("{place}: {} was awaited, but {} came", Hex(bytes), Hex(&came));
                }
                Err(error) => {
                    panic!("{place}: {} was awaited, but {} came: {error}", Hex(bytes), Hex(&self.buffer))
                }
            }
        }
    }

    /// Waits for the end of the stream.
    ///
    /// # Panics
    ///
    /// Where bytes come before it, or nothing at all.
    #[track_caller]
    pub fn expect_end(&mut self) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            match self.read_to_end().await {
                Ok(came) if came.is_empty() => {}
                Ok(came) => panic!("{place}: the end was awaited, but {} came", Hex(&came)),
                Err(error) => panic!("{place}: the end was awaited: {error}"),
            }
        }
    }

    /// Waits for `time` and sees that nothing comes, not even the end.
    ///
    /// # Panics
    ///
    /// Where something comes.
    #[track_caller]
    pub fn expect_silence(&mut self, time: Duration) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            if self.buffer.is_empty() {
                let came = timeout(time, self.stream.read_buf(&mut self.buffer)).await;
                assert!(came.is_err(), "{place}: silence was awaited, but {} came", Hex(&self.buffer));
            } else {
                panic!("{place}: silence was awaited, but {} came", Hex(&self.buffer));
            }
        }
    }

    /// The hand on the server's end of the stream.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Sets how long each call waits: 30 seconds unless set.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Reads until there is enough.
    async fn fill(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<(), TestError> {
        let Self { stream, buffer, patience, .. } = self;
        within(*patience, async {
            while !enough(buffer) {
                if stream.read_buf(buffer).await? == 0 {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
                }
            }
            Ok(())
        })
        .await
    }
}

/// Bytes for the reader of a test's output, with what is text in it.
struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { f.write_str("nothing") } else { write!(f, "b\"{}\"", self.0.escape_ascii()) }
    }
}
