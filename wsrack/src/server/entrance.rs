//! From a socket to HTTP, a function for each step: TLS, then the version of HTTP.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use super::http;
#[cfg(feature = "http2")]
use super::http2::{self, Http2};
#[cfg(feature = "tls")]
use super::tls::{self, Keeper};
use crate::connection::{Handover, Io, Line};
use crate::env::Peer;
#[cfg(feature = "tls")]
use crate::env::{PeerCertificates, Scheme};
use crate::routes::RoutesService;

/// What every connection is served with.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) routes: RoutesService,
    /// How long a request head may take, and each step before it.
    pub(crate) handshake_timeout: Duration,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Arc<Keeper>>,
    #[cfg(feature = "http2")]
    pub(super) http2: Option<Http2>,
}

impl Door {
    /// To HTTP/1.1 as it comes.
    pub(crate) fn new(routes: RoutesService, handshake_timeout: Duration) -> Self {
        Self {
            routes,
            handshake_timeout,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "http2")]
            http2: None,
        }
    }
}

/// Who a connection is from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) peer: Peer,
    #[cfg(feature = "tls")]
    certificates: Option<PeerCertificates>,
}

impl Caller {
    /// Tells an application who asks.
    #[cfg_attr(not(feature = "tls"), expect(clippy::unused_self, reason = "the line knows the rest"))]
    pub(super) fn introduce<B, S: Send + Sync + 'static>(
        &self,
        line: &Arc<Line<S>>,
        request: &mut ::http::Request<B>,
    ) {
        request.extensions_mut().insert(Handover::new(line.clone()));
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
    }
}

/// Whether a server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    No,
    /// Requests under way are answered, and no more are taken.
    Gracefully,
    /// The graceful period is over: what is under way is dropped.
    Now,
}

/// Waits until the stop has come so far. A server that is dropped stops gracefully and takes its time.
pub(super) async fn reached(stop: &mut watch::Receiver<Stop>, awaited: Stop) {
    let gone = stop.wait_for(|stop| *stop >= awaited).await.is_err();
    if gone && awaited == Stop::Now {
        std::future::pending::<()>().await;
    }
}

/// Serves the requests of one connection. Where an application accepts one, the stream goes to it.
pub(crate) async fn serve_connection(io: Io, peer: Peer, door: Door, stop: watch::Receiver<Stop>) {
    #[cfg(feature = "tls")]
    if let Some(keeper) = door.tls.clone() {
        return secure(io, peer, &keeper, door, stop).await;
    }
    let caller = Caller {
        peer,
        #[cfg(feature = "tls")]
        certificates: None,
    };
    match io {
        Io::Tcp(stream) => speak(stream, Io::Tcp, caller, door, stop).await,
        #[cfg(unix)]
        Io::Unix(stream) => speak(stream, Io::Unix, caller, door, stop).await,
        #[cfg(feature = "tls")]
        Io::Tls(stream) => speak(stream, Io::Tls, caller, door, stop).await,
        Io::Other(stream) => speak(stream, Io::Other, caller, door, stop).await,
    }
}

/// TLS, which tells the version of HTTP.
#[cfg(feature = "tls")]
async fn secure(io: Io, peer: Peer, keeper: &Keeper, door: Door, mut stop: watch::Receiver<Stop>) {
    // Boxed: it is large, and soon over.
    let shaken = Box::pin(tls::secure(io, keeper, door.handshake_timeout));
    let secured = tokio::select! {
        secured = shaken => secured,
        // No request has come yet.
        () = reached(&mut stop, Stop::Gracefully) => return,
    };
    let Some(secured) = secured else { return };
    let peer = Peer { scheme: Scheme::Https, ..peer };
    let caller = Caller { peer, certificates: secured.certificates };
    #[cfg(feature = "http2")]
    if secured.is_http2 {
        return http2::serve(secured.stream, caller, door, stop).await;
    }
    http::serve(TokioIo::new(secured.stream), Io::Tls, caller, door, stop).await;
}

/// HTTP without TLS: which version it is, the client's first bytes tell.
async fn speak<T>(stream: T, into_io: fn(T) -> Io, caller: Caller, door: Door, stop: watch::Receiver<Stop>)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    #[cfg(feature = "http2")]
    if door.http2.is_some() {
        return http2::tell_apart(stream, into_io, caller, door, stop).await;
    }
    http::serve(TokioIo::new(stream), into_io, caller, door, stop).await;
}
