//! Where connections come from.

use std::io;
use std::net::{self, SocketAddr};

use socket2::SockRef;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use crate::connection::Io;
use crate::env::{Peer, Scheme};

/// Whether a connection has `TCP_NODELAY` from the socket that it was accepted on: a system call less for each.
const HANDS_ON_NODELAY: bool = cfg!(target_os = "linux");

/// One listening socket, in the runtime that its connections live on.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp {
        listener: TcpListener,
        local: SocketAddr,
    },
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn tcp(socket: net::TcpListener, local: SocketAddr) -> io::Result<Self> {
        // A socket without it works, only later.
        let _refused = SockRef::from(&socket).set_tcp_nodelay(true);
        Ok(Self::Tcp { listener: TcpListener::from_std(socket)?, local })
    }

    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[cfg(unix)]
    pub(super) fn unix(socket: std::os::unix::net::UnixListener) -> io::Result<Self> {
        Ok(Self::Unix(UnixListener::from_std(socket)?))
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
                if !HANDS_ON_NODELAY {
                    let _refused = stream.set_nodelay(true);
                }
                let local = if local.ip().is_unspecified() { stream.local_addr().ok() } else { Some(*local) };
                Ok((Io::Tcp(stream), Peer::new(Scheme::Http, local, Some(remote))))
            }
            #[cfg(unix)]
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Io::Unix(stream), Peer::new(Scheme::Http, None, None)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn small_frames_are_not_held_back() {
        let socket = net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let local = socket.local_addr().unwrap();
        let listener = Listener::tcp(socket, local).unwrap();
        let (_client, accepted) = tokio::join!(TcpStream::connect(local), listener.accept());
        let (Io::Tcp(stream), _) = accepted.unwrap() else { panic!("no TCP") };
        assert!(stream.nodelay().unwrap());
    }
}
