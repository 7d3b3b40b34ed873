//! One address that is listened on: its sockets, which no runtime knows yet.

#[cfg(unix)]
mod unix;

use std::fmt;
use std::io;
use std::iter;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::OwnedFd;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

#[cfg(unix)]
use self::unix::UnixSite;
use super::listen::Listen;
use super::listener::Listener;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
#[cfg(unix)]
use crate::log::log;

/// Connections that the kernel keeps for us until they are accepted, as tokio has it.
pub(super) const BACKLOG: u32 = 1024;

/// So many are answered at the end, of those that wait at a socket.
const WAITING_MAX: usize = 4096;

/// The sockets of one address: several where workers have each their own.
pub(super) struct Site {
    sockets: Vec<Socket>,
    at: At,
}

#[derive(Clone)]
enum At {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Unix(UnixSite),
}

impl Site {
    /// Binds and listens on `workers` sockets.
    ///
    /// The first is bound as if it stayed alone: the kernel would let `SO_REUSEPORT` share the port with another
    /// server of this user as well, and nobody would hear that it is in use.
    pub(super) fn tcp(addr: SocketAddr, workers: usize, backlog: u32) -> io::Result<Self> {
        let bind = || {
            let first = tcp_socket(addr)?;
            first.bind(&addr.into())?;
            let addr = local_tcp(&first)?;
            let mut site = Self { sockets: vec![first], at: At::Tcp(addr) };
            if shares_ports() && workers > 1 {
                site.sockets[0].set_reuse_port(true)?;
                for _ in 1..workers {
                    site.sockets.push(sharing_socket(addr)?);
                }
            }
            for socket in &site.sockets {
                socket.listen(signed(backlog))?;
            }
            Ok(site)
        };
        bind().map_err(|error| cannot_listen(addr, &error))
    }

    /// Takes a socket that somebody else has bound, or that was handed over.
    #[cfg(unix)]
    pub(super) fn inherited(socket: OwnedFd) -> io::Result<Self> {
        let socket = Socket::from(socket);
        let not_listening =
            || io::Error::new(io::ErrorKind::InvalidInput, "no listening socket was inherited");
        if !socket.is_listener().map_err(|_| not_listening())? || socket.r#type()? != Type::STREAM {
            return Err(not_listening());
        }
        socket.set_nonblocking(true)?;
        socket.set_cloexec(true)?;
        let addr = socket.local_addr()?;
        let at = match addr.as_socket() {
            Some(addr) => At::Tcp(addr),
            None => At::Unix(UnixSite::inherited(addr.as_pathname())),
        };
        Ok(Self { sockets: vec![socket], at })
    }

    /// Takes the sockets of a site at the same address.
    #[cfg(unix)]
    pub(super) fn join(&mut self, other: Self) -> Result<(), Self> {
        if self.at.is_same(&other.at) {
            self.sockets.extend(other.sockets);
            Ok(())
        } else {
            Err(other)
        }
    }

    /// Whether this is a TCP site at `addr`, where port 0 is any.
    pub(super) fn is_at(&self, addr: SocketAddr) -> bool {
        let fits = |own: SocketAddr| own == addr || (addr.port() == 0 && own.ip() == addr.ip());
        self.tcp_addr().is_some_and(fits)
    }

    /// Whether this is the unix socket at `path`; then its file is what [`take_over`](Self::take_over) is about.
    #[cfg(unix)]
    pub(super) fn claim(&mut self, path: &std::path::Path) -> bool {
        match &mut self.at {
            At::Tcp(_) => false,
            At::Unix(site) => site.claim(path),
        }
    }

    /// From now on a file that was claimed is ours to remove: who has handed it on does not need it any more.
    #[cfg(unix)]
    pub(super) fn take_over(&mut self) {
        if let At::Unix(site) = &mut self.at {
            site.take_over();
        }
    }

    /// Adds sockets until each worker has one, where that can be. An inherited one may be of another user, or not be
    /// willing: then workers share what there is.
    #[cfg(unix)]
    pub(super) fn grow(&mut self, workers: usize, backlog: u32) {
        let At::Tcp(addr) = self.at else { return };
        let grown = (|| {
            while shares_ports() && self.sockets.len() < workers {
                for socket in &self.sockets {
                    socket.set_reuse_port(true)?;
                }
                let socket = sharing_socket(addr)?;
                socket.listen(signed(backlog))?;
                self.sockets.push(socket);
            }
            Ok::<(), io::Error>(())
        })();
        if let Err(error) = grown {
            let count = self.sockets.len();
            log!(warn, "{workers} workers share {count} sockets at {addr}, more cannot be added: {error}");
        }
    }

    /// The TCP address, with its real port.
    pub(super) fn tcp_addr(&self) -> Option<SocketAddr> {
        match self.at {
            At::Tcp(addr) => Some(addr),
            #[cfg(unix)]
            At::Unix(_) => None,
        }
    }

    /// The address as a person writes it.
    pub(super) fn listen(&self) -> Listen {
        match &self.at {
            At::Tcp(addr) => (*addr).into(),
            #[cfg(unix)]
            At::Unix(site) => site.listen(),
        }
    }

    /// Duplicates of all sockets.
    #[cfg(unix)]
    pub(super) fn duplicates(&self) -> io::Result<Vec<OwnedFd>> {
        self.sockets.iter().map(|socket| socket.try_clone().map(OwnedFd::from)).collect()
    }

    /// What the worker `index` of `workers` accepts on. Every socket has a worker, every worker a socket: with more
    /// workers than sockets they share, with fewer they have several.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime: it is the one that the connections live on.
    pub(super) fn listeners(&self, index: usize, workers: usize) -> io::Result<Vec<Listener>> {
        let count = self.sockets.len();
        let own = (0..count).filter(|socket| {
            if count < workers { index % count == *socket } else { socket % workers == index }
        });
        own.map(|socket| self.listener(&self.sockets[socket])).collect()
    }

    fn listener(&self, socket: &Socket) -> io::Result<Listener> {
        let socket = socket.try_clone()?;
        match &self.at {
            At::Tcp(addr) => Listener::tcp(socket.into(), *addr),
            #[cfg(unix)]
            At::Unix(_) => Listener::unix(OwnedFd::from(socket).into()),
        }
    }

    /// Takes what waits to be accepted, and does not wait itself.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn waiting(&self) -> Vec<(Io, Peer)> {
        let next = |socket: &Socket| {
            let (stream, from) = socket.accept().ok()?;
            let peer = Peer::new(Scheme::Http, self.tcp_addr(), from.as_socket());
            Some((self.stream(stream).ok()?, peer))
        };
        self.sockets.iter().flat_map(|socket| iter::from_fn(|| next(socket)).take(WAITING_MAX)).collect()
    }

    fn stream(&self, socket: Socket) -> io::Result<Io> {
        socket.set_nonblocking(true)?;
        Ok(match &self.at {
            At::Tcp(_) => Io::Tcp(TcpStream::from_std(socket.into())?),
            #[cfg(unix)]
            At::Unix(_) => Io::Unix(UnixStream::from_std(OwnedFd::from(socket).into())?),
        })
    }

    /// Nobody listens on the address any more: the file of a unix socket is removed, if it is ours.
    #[cfg(unix)]
    pub(super) fn clean_up(&self) {
        if let At::Unix(site) = &self.at {
            site.clean_up();
        }
    }
}

#[cfg(unix)]
impl At {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tcp(own), Self::Tcp(other)) => own == other,
            (Self::Unix(own), Self::Unix(other)) => own.is_same(other),
            _ => false,
        }
    }
}

/// Whether several sockets with `SO_REUSEPORT` have connections spread over them. Elsewhere one of them gets all, and
/// workers share one socket.
fn shares_ports() -> bool {
    cfg!(any(target_os = "linux", target_os = "android"))
}

fn tcp_socket(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // So that a restart need not wait for connections of the past. On Windows it means something else.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    // Before it listens, so that its connections have it from the first on. One without it works, only later.
    let _refused = socket.set_tcp_nodelay(true);
    Ok(socket)
}

fn sharing_socket(addr: SocketAddr) -> io::Result<Socket> {
    let socket = tcp_socket(addr)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&addr.into())?;
    Ok(socket)
}

fn local_tcp(socket: &Socket) -> io::Result<SocketAddr> {
    socket.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

fn signed(backlog: u32) -> i32 {
    i32::try_from(backlog).unwrap_or(i32::MAX)
}

/// An error that says where.
pub(super) fn cannot_listen(place: impl fmt::Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot listen on {place}: {error}"))
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} sockets)", self.listen(), self.sockets.len())
    }
}
