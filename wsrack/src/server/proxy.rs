//! PROXY, by which a proxy that passes bytes on says whose they are before the first of them: version 1 (a line of
//! text) and 2 (binary) of <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>.
//!
//! It is read from trusted proxies alone, and there is nothing to switch on: no request and no TLS begins as it does.
//! The bytes are looked at in the kernel's buffer and taken from there when all of them have come, so that behind them
//! the stream is as if they had never been.

mod peek;
mod preface;
mod v1;
mod v2;

use std::io;

use tokio::time::timeout;

use self::peek::Peeked;
use self::preface::{Preface, PrefaceError, Told};
use super::arrival::Visit;
use super::stop::Stop;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::log::log;

/// The most bytes of a header of version 2. Proxies send less than 300; certificates would make it longer.
const MAX: usize = 4 << 10;

/// Whether the connection is from a trusted proxy, which may have a header.
pub(super) fn is_trusted(io: &Io, visit: &mut Visit) -> bool {
    visit.peer.trusted = visit.door.trusted_proxies.clone();
    visit.peer.is_trusted() && !matches!(io, Io::Other(_))
}

/// Finds out who the client is; `None` where the connection is closed, because of its header or the server's stop.
pub(super) async fn unveil(mut io: Io, mut visit: Visit) -> Option<(Io, Visit)> {
    let mut stop = visit.stop.clone();
    // Who comes while the server drains is answered, and needs no longer than that.
    let awaited = (*stop.borrow()).max(Stop::Announced);
    let told = tokio::select! {
        told = told(&mut io, &visit) => told.ok()?,
        // No request has come yet.
        _ = stop.wait_for(|stop| *stop > awaited) => return None,
    };
    visit.peer = introduced(visit.peer, told);
    Some((io, visit))
}

/// There is no header and nothing else.
struct Closed;

/// What the header tells, where there is one, within its time. What is wrong with it is logged.
async fn told(io: &mut Io, visit: &Visit) -> Result<Option<Told>, Closed> {
    let limit = visit.door.handshake_timeout;
    let mut begun = false;
    let read = timeout(limit, read(io, &mut begun)).await;
    let problem = match read {
        Ok(Ok(told)) => return Ok(told),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("it did not come within {limit:?}"),
    };
    let from = visit.peer.remote;
    if begun {
        let from = from.map_or_else(|| "a unix socket".to_owned(), |address| address.to_string());
        log!(warn, "closed a connection from {from} for its PROXY header: {problem}");
    } else {
        tracing::debug!(?from, "a connection ended before its first byte");
    }
    Err(Closed)
}

/// Reads the header, where there is one.
async fn read(io: &mut Io, begun: &mut bool) -> io::Result<Option<Told>> {
    let mut buffer = vec![0; MAX];
    let found = peek::peek(io, &mut buffer, |bytes| {
        *begun = true;
        match preface::read(bytes) {
            Ok(Preface::Incomplete) => Peeked::More,
            Ok(Preface::Plain) => Peeked::Found(Ok(None)),
            Ok(Preface::Header { length, told }) => Peeked::Found(Ok(Some((length, told)))),
            Err(error) => Peeked::Found(Err(error)),
        }
    });
    match found.await?.map_err(invalid)? {
        None => Ok(None),
        Some((length, told)) => {
            peek::take(io, buffer.get_mut(..length).unwrap_or_default())?;
            Ok(Some(told))
        }
    }
}

fn introduced(proxy: Peer, told: Option<Told>) -> Peer {
    match told {
        None | Some(Told::Local) => proxy,
        Some(Told::Unknown) => Peer { is_anonymous: true, ..proxy },
        Some(Told::Client { source, destination, is_secure }) => Peer {
            scheme: if is_secure { Scheme::Https } else { proxy.scheme },
            local: Some(destination),
            remote: Some(source),
            ..proxy
        },
    }
}

fn invalid(error: PrefaceError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
