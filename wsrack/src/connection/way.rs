//! How a stream comes to the application that has accepted it.

use bytes::Bytes;
use http::Extensions;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::guest::Guest;
use super::handover::{Claim, Handover, OwnAnswer};
use super::io::Io;

/// How the stream comes to the application.
pub(super) enum Way {
    /// From our own server.
    Handover(Handover),
    /// From hyper, through whatever server stands before.
    Upgrade(OnUpgrade, Option<Box<dyn Guest>>),
}

impl Way {
    pub(super) fn of(handover: Option<Handover>, extensions: &mut Extensions) -> Option<Self> {
        let upgrade = extensions.remove::<OnUpgrade>();
        let handover = handover.filter(Handover::hands_over);
        handover.map(Self::Handover).or(upgrade.map(|upgrade| Self::Upgrade(upgrade, guest(extensions))))
    }

    /// Whether the server can write the answer itself.
    pub(super) fn writes_answers(&self) -> bool {
        matches!(self, Self::Handover(handover) if handover.writes_answers())
    }

    pub(super) fn claim(self, answer: Option<OwnAnswer>, claim: impl Claim + 'static) {
        match self {
            Self::Handover(handover) => handover.claim(answer, claim),
            Self::Upgrade(upgrade, guest) => {
                tokio::spawn(async move {
                    match upgrade.await {
                        Ok(upgraded) => {
                            let (io, rest) = unwrap(upgraded);
                            Box::new(claim).start(io, &rest, guest);
                        }
                        Err(error) => tracing::debug!(%error, "the connection broke before it was upgraded"),
                    }
                });
            }
        }
    }
}

/// What a server keeps with a stream that it does not hand over itself.
#[cfg(feature = "http2")]
fn guest(extensions: &mut Extensions) -> Option<Box<dyn Guest>> {
    extensions.remove::<super::guest::Seat>()?.take()
}

#[cfg(not(feature = "http2"))]
fn guest(_none: &mut Extensions) -> Option<Box<dyn Guest>> {
    None
}

/// The bare stream, where it is one of those that servers commonly have.
fn unwrap(upgraded: hyper::upgrade::Upgraded) -> (Io, Bytes) {
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            let stream = parts.io.into_inner();
            // A socket without it works, only later.
            let _refused = stream.set_nodelay(true);
            (Io::Tcp(stream), parts.read_buf)
        }
        Err(upgraded) => (Io::Other(Box::new(TokioIo::new(upgraded))), Bytes::new()),
    }
}
