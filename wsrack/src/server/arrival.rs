//! The way of a connection from the accept loop to its requests, on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use ::http::header::UPGRADE;
use ::http::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, watch};
#[cfg(feature = "http2")]
use tokio_util::either::Either;

use super::access_log::{Entry, Lines};
use super::census::{Census, Pass};
#[cfg(feature = "http2")]
use super::http2::{self, Http2};
use super::proxy;
use super::refuse::{Refused, refuse};
#[cfg(feature = "tls")]
use super::stop::hurried;
#[cfg(feature = "tls")]
use super::tls::{self, Keeper};
use super::traced::traced;
use super::unserved::Unserved;
use super::{http, probes, stop::Stop};
use crate::body::Body;
use crate::connection::{Handover, Io, Line, Passage, Registry};
use crate::env::Peer;
#[cfg(feature = "tls")]
use crate::env::{PeerCertificates, Scheme};
use crate::flood::Flood;
use crate::log::log;
use crate::options::TrustedProxies;
use crate::routes::RoutesService;

/// What every connection is served with.
#[derive(Debug)]
pub(crate) struct Door {
    pub(super) routes: RoutesService,
    /// How long a request head may take, and each step before it.
    pub(super) handshake_timeout: Duration,
    /// Whether health and readiness are answered here.
    pub(super) probes: bool,
    pub(super) census: Arc<Census>,
    /// Who counts, if anybody does.
    pub(super) registry: Option<Registry>,
    /// Lines about those who are turned away.
    pub(super) refused: Arc<Flood>,
    /// Who is believed when it tells who the client is.
    pub(super) trusted_proxies: TrustedProxies,
    pub(super) access: Option<Arc<Lines>>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Arc<Keeper>>,
    #[cfg(feature = "http2")]
    pub(super) http2: Option<Http2>,
}

/// One connection on its way: who comes, and to what.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(super) peer: Peer,
    #[cfg(feature = "tls")]
    certificates: Option<PeerCertificates>,
    pub(super) door: Arc<Door>,
    pub(super) stop: watch::Receiver<Stop>,
    /// The place that it takes up until its first answer.
    pub(super) handshake: Option<OwnedSemaphorePermit>,
    /// The place that it takes up until its end, where that counts.
    pub(super) pass: Option<Pass>,
    /// Why it is not let in.
    refused: Option<Refused>,
}

impl Door {
    /// A door without limits, to HTTP/1.1 as it comes.
    pub(crate) fn new(routes: RoutesService, handshake_timeout: Duration) -> Self {
        Self {
            routes,
            handshake_timeout,
            probes: false,
            census: Arc::default(),
            registry: None,
            refused: Arc::default(),
            trusted_proxies: TrustedProxies::none(),
            access: None,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "http2")]
            http2: None,
        }
    }
}

/// Serves a connection that was accepted. Each step is a function that takes the stream and the visit and hands both
/// on, within a deadline of its own: what a proxy says of the client, and encryption, come before HTTP.
pub(crate) async fn arrive(mut io: Io, mut visit: Visit) {
    if proxy::is_trusted(&io, &mut visit) {
        // Boxed: few have it, and it is soon over.
        match Box::pin(proxy::unveil(io, visit)).await {
            Some(unveiled) => (io, visit) = unveiled,
            None => return,
        }
    }
    if let Err(why) = admit(&mut visit) {
        return Box::pin(turn_away(io, why, visit)).await;
    }
    #[cfg(feature = "tls")]
    if let Some(keeper) = visit.door.tls.clone() {
        return Box::pin(secure(io, keeper, visit)).await;
    }
    match traced(io) {
        Io::Tcp(stream) => speak(stream, Io::Tcp, visit).await,
        #[cfg(unix)]
        Io::Unix(stream) => speak(stream, Io::Unix, visit).await,
        #[cfg(feature = "tls")]
        Io::Tls(stream) => speak(stream, Io::Tls, visit).await,
        Io::Other(stream) => speak(stream, Io::Other, visit).await,
    }
}

/// Lets in whom the limits let in, by the address that is known by now.
fn admit(visit: &mut Visit) -> Result<(), Refused> {
    let Door { census, probes, refused, .. } = &*visit.door;
    if *visit.stop.borrow() == Stop::Draining && !probes {
        // The answer is the same whatever is asked.
        return Err(Refused::Stopping);
    }
    // A proxy is not one client: whom it stands for, its requests tell.
    let client = visit.peer.remote.filter(|from| !visit.peer.trusted.contains(from.ip()));
    match census.enter(client) {
        Ok(pass) => {
            visit.pass = pass;
            Ok(())
        }
        Err(why) => {
            if let Some(left_out) = refused.passes() {
                let who = visit.peer.remote.map_or_else(|| "a client".to_owned(), |addr| addr.to_string());
                log!(warn, "{who} is turned away: {}{left_out}", why.text().trim_end());
            }
            Err(why)
        }
    }
}

/// Tells one who is refused why, where not too many are being told.
async fn turn_away(io: Io, why: Refused, visit: Visit) {
    let place = visit.door.census.refusal();
    if place.is_none() {
        return visit.door.unserved(&visit.peer, Unserved::turned_away(why, None));
    }
    tell(io, why, visit).await;
}

/// Tells one who is refused why, within TLS where that is spoken.
async fn tell(io: Io, why: Refused, visit: Visit) {
    #[cfg(feature = "tls")]
    if let Some(keeper) = visit.door.tls.clone() {
        return secure(io, keeper, Visit { refused: Some(why), ..visit }).await;
    }
    let (peer, door) = (visit.peer.clone(), visit.door.clone());
    // From now on it is not in the way of others, nor of a stop.
    drop(visit);
    let told = refuse(io, why).await;
    door.unserved(&peer, Unserved::turned_away(why, told));
}

/// Tells one whom nobody has accepted in time that the server stops.
pub(super) async fn tell_of_stop(io: Io, visit: Visit) {
    #[cfg(feature = "tls")]
    let Some((io, visit)) = unveiled(io, visit).await else { return };
    tell(io, Refused::Stopping, visit).await;
}

/// A proxy's header stands before TLS.
#[cfg(feature = "tls")]
async fn unveiled(io: Io, mut visit: Visit) -> Option<(Io, Visit)> {
    let has_header = visit.door.tls.is_some() && proxy::is_trusted(&io, &mut visit);
    if has_header { proxy::unveil(io, visit).await } else { Some((io, visit)) }
}

/// TLS, which tells the version of HTTP. Who is refused is told so within it.
#[cfg(feature = "tls")]
async fn secure(io: Io, keeper: Arc<Keeper>, mut visit: Visit) {
    // Boxed: it is large, and soon over.
    let handshake = Box::pin(tls::secure(io, &keeper, visit.door.handshake_timeout));
    let secured = tokio::select! {
        secured = handshake => secured,
        // No request has come yet.
        () = hurried(&mut visit.stop) => None,
    };
    let Some(secured) = secured else {
        if let Some(why) = visit.refused {
            visit.door.unserved(&visit.peer, Unserved::turned_away(why, None));
        }
        return;
    };
    visit.peer.scheme = Scheme::Https;
    visit.certificates = secured.certificates;
    #[cfg(feature = "http2")]
    if secured.is_http2 {
        return http2::serve(secured.stream, visit).await;
    }
    match visit.refused {
        Some(why) => {
            let told = refuse(Io::Tls(secured.stream), why).await;
            visit.door.unserved(&visit.peer, Unserved::turned_away(why, told));
        }
        None => match traced(Io::Tls(secured.stream)) {
            Io::Tls(stream) => http::serve(TokioIo::new(stream), Io::Tls, visit).await,
            io => http::serve(TokioIo::new(io), |io| io, visit).await,
        },
    }
}

/// HTTP without TLS: which version it is, the client's first bytes tell.
///
/// Small, as is `http::serve`: tokio boxes a task of more than 2 KiB in a debug build.
fn speak<T>(stream: T, into_io: fn(T) -> Io, visit: Visit) -> impl Future<Output = ()> + Send
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    #[cfg(feature = "http2")]
    if visit.door.http2.is_some() {
        return Either::Left(Box::pin(http2::tell_apart(stream, into_io, visit)));
    }
    let served = http::serve(TokioIo::new(stream), into_io, visit);
    #[cfg(feature = "http2")]
    let served = Either::Right(served);
    served
}

impl Visit {
    pub(crate) fn new(peer: Peer, door: &Arc<Door>, stop: watch::Receiver<Stop>) -> Self {
        Self {
            peer,
            #[cfg(feature = "tls")]
            certificates: None,
            door: door.clone(),
            stop,
            handshake: None,
            pass: None,
            refused: None,
        }
    }

    /// Whether it comes while the server stops, and is to be told so. Behind that nothing is accepted any more: whoever
    /// has got in at the last moment is served, for another process cannot.
    pub(super) fn is_late(&self) -> bool {
        *self.stop.borrow() == Stop::Draining
    }

    /// What is answered before anything else is asked.
    pub(super) fn probe<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        let is_ready = *self.stop.borrow() == Stop::No;
        let asks = self.door.probes.then(|| (request.method(), request.uri().path()));
        asks.and_then(|(method, path)| probes::answer(method, path, is_ready))
    }

    /// Why nobody is let in, which counts.
    pub(super) fn refusal(&self, is_late: bool) -> Option<Response<Body>> {
        let why = self.refused.or(is_late.then_some(Refused::Stopping))?;
        self.door.turned_away(why.counted());
        Some(why.response())
    }

    /// Who asks, where a trusted proxy tells of somebody.
    pub(super) fn client<B>(&self, request: &Request<B>) -> Option<Peer> {
        self.peer.client(request.uri(), request.headers(), &TrustedProxies::none())
    }

    /// The request's line in the access log, if there is one.
    pub(super) fn entry<B>(&self, client: Option<&Peer>, request: &Request<B>) -> Option<Box<Entry>> {
        let peer = client.unwrap_or(&self.peer);
        self.door.access.as_ref().map(|lines| Box::new(Entry::new(lines, peer, request)))
    }

    /// Tells an application who asks, and on which line.
    pub(super) fn introduce<B, S>(
        &self,
        client: Option<Peer>,
        line: &Arc<Line<S>>,
        request: &mut Request<B>,
    ) -> Passage
    where
        S: Send + Sync + 'static,
    {
        if !request.headers().contains_key(UPGRADE) && request.method() != Method::CONNECT {
            // Applications ask the line.
            request.extensions_mut().insert(client.unwrap_or_else(|| self.peer.clone()));
        }
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        Passage::new(Handover::new(line.clone()))
    }
}
