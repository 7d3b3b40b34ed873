//! The way of a connection from the accept loop to its requests, on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use ::http::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

#[cfg(feature = "http2")]
use super::http2::{self, Http2};
use super::refuse::{Refused, refuse};
#[cfg(feature = "tls")]
use super::stop::reached;
#[cfg(feature = "tls")]
use super::tls::{self, Keeper};
use super::{http, probes, stop::Stop};
use crate::body::Body;
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
    /// Whether health and readiness are answered here.
    pub(crate) probes: bool,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Arc<Keeper>>,
    #[cfg(feature = "http2")]
    pub(super) http2: Option<Http2>,
}

/// One connection on its way: who comes, and to what.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) peer: Peer,
    #[cfg(feature = "tls")]
    certificates: Option<PeerCertificates>,
    pub(crate) door: Door,
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Serves a connection that was accepted. Each step is a function that takes the stream and the visit and hands both
/// on, within a deadline of its own: what a proxy says of the client, and encryption, come before HTTP.
pub(crate) async fn arrive(io: Io, visit: Visit) {
    #[cfg(feature = "tls")]
    if let Some(keeper) = visit.door.tls.clone() {
        return secure(io, &keeper, visit).await;
    }
    match io {
        Io::Tcp(stream) => speak(stream, Io::Tcp, visit).await,
        #[cfg(unix)]
        Io::Unix(stream) => speak(stream, Io::Unix, visit).await,
        #[cfg(feature = "tls")]
        Io::Tls(stream) => speak(stream, Io::Tls, visit).await,
        Io::Other(stream) => speak(stream, Io::Other, visit).await,
    }
}

/// TLS, which tells the version of HTTP.
#[cfg(feature = "tls")]
async fn secure(io: Io, keeper: &Keeper, mut visit: Visit) {
    // Boxed: it is large, and soon over.
    let handshake = Box::pin(tls::secure(io, keeper, visit.door.handshake_timeout));
    let secured = tokio::select! {
        secured = handshake => secured,
        // No request has come yet.
        () = reached(&mut visit.stop, Stop::Closing) => return,
    };
    let Some(secured) = secured else { return };
    visit.peer.scheme = Scheme::Https;
    visit.certificates = secured.certificates;
    #[cfg(feature = "http2")]
    if secured.is_http2 {
        return http2::serve(secured.stream, visit).await;
    }
    speak_http1(secured.stream, Io::Tls, visit).await;
}

/// HTTP without TLS: which version it is, the client's first bytes tell.
async fn speak<T>(stream: T, into_io: fn(T) -> Io, visit: Visit)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    #[cfg(feature = "http2")]
    if visit.door.http2.is_some() {
        return http2::tell_apart(stream, into_io, visit).await;
    }
    speak_http1(stream, into_io, visit).await;
}

async fn speak_http1<T>(stream: T, into_io: fn(T) -> Io, visit: Visit)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if visit.is_late() && !visit.door.probes {
        // The answer is the same whatever is asked.
        drop(visit);
        return refuse(into_io(stream), Refused::Stopping).await;
    }
    http::serve(TokioIo::new(stream), into_io, visit).await;
}

impl Door {
    /// With HTTP/1.1 as it comes, and no probes.
    pub(crate) fn new(routes: RoutesService, handshake_timeout: Duration) -> Self {
        Self {
            routes,
            handshake_timeout,
            probes: false,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "http2")]
            http2: None,
        }
    }
}

impl Visit {
    pub(crate) fn new(peer: Peer, door: Door, stop: watch::Receiver<Stop>) -> Self {
        Self {
            peer,
            #[cfg(feature = "tls")]
            certificates: None,
            door,
            stop,
        }
    }

    /// Whether it comes while the server stops.
    pub(super) fn is_late(&self) -> bool {
        *self.stop.borrow() >= Stop::Draining
    }

    /// What is answered before the routes are asked.
    pub(super) fn answer_at_the_door<B>(
        &self,
        request: &Request<B>,
        is_late: bool,
    ) -> Option<Response<Body>> {
        let is_ready = *self.stop.borrow() == Stop::No;
        if self.door.probes
            && let Some(answer) = probes::answer(request.method(), request.uri().path(), is_ready)
        {
            return Some(answer);
        }
        is_late.then(|| Refused::Stopping.response())
    }

    /// Tells an application who asks.
    #[cfg_attr(not(feature = "tls"), expect(clippy::unused_self, reason = "the line knows the rest"))]
    pub(super) fn introduce<B, S>(&self, line: &Arc<Line<S>>, request: &mut Request<B>)
    where
        S: Send + Sync + 'static,
    {
        request.extensions_mut().insert(Handover::new(line.clone()));
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
    }
}
