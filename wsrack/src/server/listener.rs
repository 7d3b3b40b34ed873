//! Where connections come from.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;

use tokio::net::{TcpListener, ToSocketAddrs};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::connection::Io;
use crate::env::{Peer, Scheme};

/// One bound socket.
pub(super) enum Listener {
    Tcp {
        listener: TcpListener,
        local: SocketAddr,
    },
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        path: PathBuf,
    },
}

impl Listener {
    pub(super) async fn tcp(addr: impl ToSocketAddrs) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let local = listener.local_addr()?;
        Ok(Self::Tcp { listener, local })
    }

    /// Binds a unix socket. A socket file on which nobody listens any more is replaced.
    #[cfg(unix)]
    pub(super) async fn unix(path: PathBuf) -> io::Result<Self> {
        use std::os::unix::fs::FileTypeExt;

        let stale = std::fs::symlink_metadata(&path).is_ok_and(|file| file.file_type().is_socket())
            && UnixStream::connect(&path).await.is_err();
        if stale {
            std::fs::remove_file(&path)?;
        }
        Ok(Self::Unix { listener: UnixListener::bind(&path)?, path })
    }

    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp { local, .. } => Some(*local),
            #[cfg(unix)]
            Self::Unix { .. } => None,
        }
    }

    /// The next connection, as the kernel has it: nothing is read.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, no connection is lost.
    pub(super) async fn accept(&self) -> io::Result<(Io, Peer)> {
        match self {
            Self::Tcp { listener, local } => {
                let (stream, remote) = listener.accept().await?;
                // A socket without it works, only later.
                let _refused = stream.set_nodelay(true);
                let local = if local.ip().is_unspecified() { stream.local_addr().ok() } else { Some(*local) };
                Ok((Io::Tcp(stream), Peer { scheme: Scheme::Http, local, remote: Some(remote) }))
            }
            #[cfg(unix)]
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok((Io::Unix(stream), Peer { scheme: Scheme::Http, local: None, remote: None }))
            }
        }
    }
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix { path, .. } = self
            && let Err(error) = std::fs::remove_file(&*path)
        {
            tracing::warn!(path = %path.display(), %error, "the socket file could not be removed");
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { local, .. } => write!(f, "http://{local}"),
            #[cfg(unix)]
            Self::Unix { path, .. } => write!(f, "unix:{}", path.display()),
        }
    }
}
