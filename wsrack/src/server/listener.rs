//! Where connections come from.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, ToSocketAddrs, lookup_host};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::log::log;

/// The device and the number of a file.
#[cfg(unix)]
type FileId = (u64, u64);

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
        /// Which file it is, for another server may put its own there meanwhile.
        file: Option<FileId>,
    },
}

impl Listener {
    /// Binds the first of the addresses that can be bound.
    pub(super) async fn tcp(addr: impl ToSocketAddrs) -> io::Result<Self> {
        let addrs = lookup_host(addr).await.map_err(|error| cannot_listen("", &error))?;
        let addrs: Vec<_> = addrs.collect();
        let listener = TcpListener::bind(&addrs[..]).await.map_err(|error| {
            let names: Vec<_> = addrs.iter().map(SocketAddr::to_string).collect();
            cannot_listen(format_args!(" on {}", names.join(", ")), &error)
        })?;
        let local = listener.local_addr()?;
        Ok(Self::Tcp { listener, local })
    }

    /// Binds a unix socket. A socket file on which nobody listens any more is replaced.
    #[cfg(unix)]
    pub(super) async fn unix(path: PathBuf) -> io::Result<Self> {
        use std::os::unix::fs::FileTypeExt;

        let is_socket = std::fs::symlink_metadata(&path).is_ok_and(|file| file.file_type().is_socket());
        // Any other error is one of a server that is there: too busy, or not for us.
        let nobody_listens = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        if is_socket && UnixStream::connect(&path).await.is_err_and(nobody_listens) {
            std::fs::remove_file(&path)?;
        }
        match UnixListener::bind(&path) {
            Ok(listener) => {
                let file = file_id(&path);
                Ok(Self::Unix { listener, path, file })
            }
            Err(error) => Err(cannot_listen(format_args!(" on {}", path.display()), &error)),
        }
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
                Ok((Io::Tcp(stream), Peer::new(Scheme::Http, local, Some(remote))))
            }
            #[cfg(unix)]
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok((Io::Unix(stream), Peer::new(Scheme::Http, None, None)))
            }
        }
    }
}

/// An error that says where.
fn cannot_listen(place: impl fmt::Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot listen{place}: {error}"))
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix { path, file: Some(file), .. } = self
            && file_id(path) == Some(*file)
            && let Err(error) = std::fs::remove_file(&*path)
        {
            log!(warn, "the socket file {} could not be removed: {error}", path.display());
        }
    }
}

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;

    let file = std::fs::symlink_metadata(path).ok()?;
    Some((file.dev(), file.ino()))
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
