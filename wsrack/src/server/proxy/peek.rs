//! Looking at what has come without taking it.

use std::io;
#[cfg(unix)]
use std::os::fd::AsFd as Socket;
#[cfg(windows)]
use std::os::windows::io::AsSocket as Socket;

use rustix::net::{RecvFlags, recv};
use tokio::io::Interest;

use crate::connection::Io;

/// What somebody who looks at the first bytes of a stream makes of them.
pub(super) enum Peeked<T> {
    /// More of them have to come.
    More,
    Found(T),
}

macro_rules! sockets {
    ($io:expr, $socket:ident => $do:expr, else $otherwise:expr) => {
        match $io {
            Io::Tcp($socket) => $do,
            #[cfg(unix)]
            Io::Unix($socket) => $do,
            _ => $otherwise,
        }
    };
}

/// Shows the first bytes, at most as many as there is room for, whenever more have come, until something is found in
/// them.
///
/// # Errors
///
/// Where the stream ends before, and on what is no socket.
pub(super) async fn peek<T>(
    io: &mut Io,
    buffer: &mut [u8],
    mut look: impl FnMut(&[u8]) -> Peeked<T>,
) -> io::Result<T> {
    sockets!(io, socket => loop {
        let ready = socket.ready(Interest::READABLE).await?;
        let tried = socket.try_io(Interest::READABLE, || {
            let (_, seen) = recv(&*socket, &mut *buffer, RecvFlags::PEEK)?;
            if seen == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match look(buffer.get(..seen).unwrap_or_default()) {
                Peeked::Found(found) => Ok(found),
                Peeked::More if ready.is_read_closed() => Err(io::ErrorKind::UnexpectedEof.into()),
                // Says that all was read: then the socket is ready again only when more has come.
                Peeked::More => Err(io::ErrorKind::WouldBlock.into()),
            }
        });
        match tried {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return done,
        }
    }, else Err(io::ErrorKind::Unsupported.into()))
}

/// Takes bytes that have been seen.
pub(super) fn take(io: &mut Io, buffer: &mut [u8]) -> io::Result<()> {
    fn all(socket: &impl Socket, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            match recv(socket, &mut *buffer, RecvFlags::empty())? {
                (_, 0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                (_, taken) => buffer = buffer.get_mut(taken..).unwrap_or_default(),
            }
        }
        Ok(())
    }
    sockets!(io, socket => all(&*socket, buffer), else Err(io::ErrorKind::Unsupported.into()))
}
