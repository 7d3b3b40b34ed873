//! The raw bytes of a connection in the log: `-V` of the command line.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tracing::{Level, enabled, trace};

use crate::connection::Io;

/// Logs what is read and written, at the level `trace` of the target `wsrack::bytes`; where nobody listens there, the
/// connection stays as it is.
pub(super) fn traced(io: Io) -> Io {
    if !enabled!(target: "wsrack::bytes", Level::TRACE) {
        return io;
    }
    match io {
        Io::Tcp(stream) => Io::Other(Box::new(Traced(stream))),
        #[cfg(unix)]
        Io::Unix(stream) => Io::Other(Box::new(Traced(stream))),
        #[cfg(feature = "tls")]
        Io::Tls(stream) => Io::Other(Box::new(Traced(stream))),
        Io::Other(stream) => Io::Other(Box::new(Traced(stream))),
    }
}

struct Traced<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Traced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.get_mut().0).poll_read(task, buf))?;
        tell("received", &buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Traced<S> {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.get_mut().0).poll_write(task, bytes))?;
        tell("sent", bytes.get(..written).unwrap_or_default());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(task)
    }
}

fn tell(what: &str, bytes: &[u8]) {
    trace!(target: "wsrack::bytes", "{what} {} bytes: {}", bytes.len(), bytes.escape_ascii());
}
