//! Where connections come from.

use std::io;
use std::net::{self, SocketAddr};

use socket2::SockRef;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use crate::connection::Io;
use crate::env::{Peer, Scheme};

/// One listening socket, in the runtime that its connections live on.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp {
        listener: TcpListener,
        local: SocketAddr,
        /// Its connections have `TCP_NODELAY` from it: a system call less for each.
        hands_on_nodelay: bool,
    },
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn tcp(socket: net::TcpListener, local: SocketAddr) -> io::Result<Self> {
        let has_nodelay = SockRef::from(&socket).tcp_nodelay().unwrap_or(false);
        let hands_on_nodelay = cfg!(target_os = "linux") && has_nodelay;
        Ok(Self::Tcp { listener: TcpListener::from_std(socket)?, local, hands_on_nodelay })
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
            Self::Tcp { listener, local, hands_on_nodelay } => {
                let (stream, remote) = listener.accept().await?;
                if !hands_on_nodelay {
                    // A socket without it works, only later.
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
    async fn small_frames_are_not_held_back_whatever_the_socket_hands_on() {
        for has_nodelay in [true, false] {
            let socket = net::TcpListener::bind("127.0.0.1:0").unwrap();
            socket.set_nonblocking(true).unwrap();
            SockRef::from(&socket).set_tcp_nodelay(has_nodelay).unwrap();
            let local = socket.local_addr().unwrap();
            // Before anybody accepts.
            let _client = TcpStream::connect(local).await.unwrap();
            let listener = Listener::tcp(socket, local).unwrap();
            let (Io::Tcp(stream), _) = listener.accept().await.unwrap() else { panic!("no TCP") };
            assert!(stream.nodelay().unwrap(), "from one with {has_nodelay}");
        }
    }
}
