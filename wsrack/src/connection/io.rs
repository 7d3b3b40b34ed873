//! The byte stream below a connection, with the common ones unboxed.

macro_rules! each {
    ($io:expr, $stream:ident => $do:expr) => {
        match $io {
            Io::Tcp($stream) => $do,
            #[cfg(unix)]
            Io::Unix($stream) => $do,
            #[cfg(feature = "tls")]
            Io::Tls($stream) => $do,
            Io::Other($stream) => $do,
        }
    };
}

/// Reads once. A short read has taken all there was: `try_io` is told so, and the next one finds out without a system
/// call. (With `kqueue` and `epoll`; where others tell of readiness, a read more is all that it takes.)
macro_rules! try_read {
    ($stream:expr, $buf:expr) => {{
        let mut read = Err(io::ErrorKind::WouldBlock.into());
        let _told = $stream.try_io(Interest::READABLE, || {
            read = $stream.try_read_buf($buf);
            match read {
                Ok(1..) if $buf.len() < $buf.capacity() => Err(io::ErrorKind::WouldBlock.into()),
                _ => Ok(()),
            }
        });
        read
    }};
}

#[cfg(feature = "tls")]
mod below;

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_util::io::poll_read_buf;

/// What a connection can run over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// TLS over any of the others.
#[cfg(feature = "tls")]
pub(crate) type TlsStream = Box<tokio_rustls::server::TlsStream<Io>>;

/// A connected byte stream.
pub(crate) enum Io {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    #[cfg(feature = "tls")]
    Tls(TlsStream),
    /// Whatever a server of the user's, or a test, hands over.
    Other(Box<dyn Stream>),
}

impl Io {
    /// Reads into the spare capacity of `buf`, once. Who is woken to read mostly has something to: only where there is
    /// nothing need one ask to be woken.
    #[inline]
    pub(super) fn poll_read(
        &mut self,
        task: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<usize>> {
        let tried = match self {
            Self::Tcp(stream) => try_read!(stream, buf),
            #[cfg(unix)]
            Self::Unix(stream) => try_read!(stream, buf),
            #[cfg(feature = "tls")]
            Self::Tls(_) => Err(io::ErrorKind::WouldBlock.into()),
            Self::Other(_) => Err(io::ErrorKind::WouldBlock.into()),
        };
        match tried {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.poll_read_any(task, buf),
            done => Poll::Ready(done),
        }
    }

    #[inline(never)]
    fn poll_read_any(&mut self, task: &mut Context<'_>, buf: &mut BytesMut) -> Poll<io::Result<usize>> {
        each!(self, stream => poll_read_buf(Pin::new(stream), task, buf))
    }

    /// Whether a read may find something, as far as the event loop has heard.
    pub(super) fn poll_readable(&mut self, task: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Tcp(stream) => stream.poll_read_ready(task).map(drop),
            #[cfg(unix)]
            Self::Unix(stream) => stream.poll_read_ready(task).map(drop),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => below::poll_readable(stream, task),
            Self::Other(_) => Poll::Ready(()),
        }
    }

    /// Writes once, if that can be known not to wait.
    #[inline]
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write(bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_write(bytes),
            #[cfg(feature = "tls")]
            Self::Tls(_) => Err(io::ErrorKind::WouldBlock.into()),
            Self::Other(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Writes once. Sockets mostly take all: only after one that did not is there need to ask when to go on.
    pub(super) fn poll_write(&mut self, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                each!(self, stream => Pin::new(stream).poll_write(task, bytes))
            }
            done => Poll::Ready(done),
        }
    }

    pub(super) fn poll_write_vectored(
        &mut self,
        task: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, stream => Pin::new(stream).poll_write_vectored(task, slices))
    }

    /// Whether the stream itself may hold something back; sockets do not.
    pub(super) fn holds_back(&self) -> bool {
        match self {
            Self::Tcp(_) => false,
            #[cfg(unix)]
            Self::Unix(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                let (below, session) = stream.get_ref();
                session.wants_write() || below.holds_back()
            }
            Self::Other(_) => true,
        }
    }

    /// Hands on what the stream itself may still hold back.
    pub(super) fn poll_flush(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(_) => Poll::Ready(Ok(())),
            #[cfg(unix)]
            Self::Unix(_) => Poll::Ready(Ok(())),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Pin::new(stream).poll_flush(task),
            Self::Other(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    pub(super) fn poll_shutdown(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_shutdown(task))
    }

    /// Whether closing it tells the peer all that shutting it first would.
    pub(super) fn is_plain_socket(&self) -> bool {
        match self {
            Self::Tcp(_) => true,
            #[cfg(unix)]
            Self::Unix(_) => true,
            #[cfg(feature = "tls")]
            Self::Tls(_) => false,
            Self::Other(_) => false,
        }
    }

    /// Gives the stream back, and a socket's descriptor with it. From now on there is nothing to read.
    pub(super) fn close(&mut self) {
        *self = Self::Other(Box::new(tokio::io::empty()));
    }

    /// Has the kernel ask a quiet peer whether it is there, where the protocol has no ping to do so.
    pub(super) fn keep_alive(&self, interval: Option<Duration>) {
        #[cfg(feature = "tls")]
        if let Self::Tls(stream) = self {
            return stream.get_ref().0.keep_alive(interval);
        }
        if let (Self::Tcp(stream), Some(interval)) = (self, interval) {
            let keepalive = TcpKeepalive::new().with_time(interval).with_interval(interval);
            if let Err(error) = SockRef::from(stream).set_tcp_keepalive(&keepalive) {
                tracing::debug!(%error, "a connection has no TCP keepalive");
            }
        }
    }

    /// Whether the peer has reset the stream, as far as the event loop has heard. Reads nothing.
    pub(super) fn is_reset(&self) -> bool {
        let mut task = Context::from_waker(Waker::noop());
        match self {
            Self::Tcp(stream) => pin!(stream.ready(Interest::ERROR)).poll(&mut task).is_ready(),
            #[cfg(unix)]
            Self::Unix(stream) => pin!(stream.ready(Interest::ERROR)).poll(&mut task).is_ready(),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.get_ref().0.is_reset(),
            Self::Other(_) => false,
        }
    }
}

impl fmt::Debug for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp(_) => "Io::Tcp",
            #[cfg(unix)]
            Self::Unix(_) => "Io::Unix",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "Io::Tls",
            Self::Other(_) => "Io::Other",
        })
    }
}
