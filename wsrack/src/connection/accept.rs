//! From a request to a connection: the handshake, the application's word, the 101 (over HTTP/2 a 200).

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{Extensions, Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tower_service::Service;
use tracing::{Instrument, Span};

use super::admission::{Admission, Permit};
use super::core::Core;
use super::ending::Ending;
use super::guest::{Guest, Kept};
use super::supervised::poll_caught;
use super::watch::Watch;
use super::{Handover, Io, Registry, run};
use crate::app::{App, Context, Scope, Session, UpgradeContext};
use crate::body::Body;
use crate::close::Cause;
use crate::env::{Env, Peer, Scheme};
use crate::error::Error;
use crate::handshake::rejection::Verdict;
use crate::handshake::{Accept, EarlyAnswer, PeerFacts, Rejection, negotiate};
use crate::limits::Streams;
use crate::log::log;
use crate::mount_point::MountPoint;
use crate::outbox::{Outbox, Policy, Socket};
use crate::protocol::Kind;
use crate::stats::{Refusal, RouteCounts};
use crate::trace::connection_span;

/// A mounted application as an HTTP service: it answers with a 101 and runs the connection, or refuses.
pub(crate) struct AppService<A> {
    mounted: Arc<Mounted<A>>,
}

struct Mounted<A> {
    app: Arc<A>,
    scope: Arc<Scope>,
    policy: Arc<Policy>,
    registry: Registry,
    admission: Admission,
    counts: Option<Arc<RouteCounts>>,
}

/// A request that may become a connection.
struct Candidate<A: App> {
    session: A::Session,
    env: Env,
    accept: Accept,
    permit: Option<Permit>,
    span: Span,
}

impl<A: App> AppService<A> {
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(crate) fn new(
        app: Arc<A>,
        scope: Arc<Scope>,
        registry: Registry,
        counts: Option<Arc<RouteCounts>>,
    ) -> Self {
        let settings = &scope.settings;
        let kinds = A::Session::HANDLERS.streams;
        let streams = Streams {
            text: kinds.contains(Kind::Text),
            binary: kinds.contains(Kind::Binary),
            max_size: settings.max_stream_size,
        };
        let runtime = Some(Handle::current());
        let policy =
            Arc::new(Policy::new(settings, streams, scope.hub.topics(), runtime).counted(counts.clone()));
        let admission = Admission::new(settings.max_connections, settings.max_connections_per_ip);
        Self { mounted: Arc::new(Mounted { app, scope, policy, registry, admission, counts }) }
    }
}

impl<A> Clone for AppService<A> {
    fn clone(&self) -> Self {
        Self { mounted: self.mounted.clone() }
    }
}

impl<A> fmt::Debug for AppService<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppService").finish_non_exhaustive()
    }
}

impl<A: App, B> Service<Request<B>> for AppService<A> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _task: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mounted = self.mounted.clone();
        let (parts, _body) = request.into_parts();
        Box::pin(async move {
            let policy = mounted.policy.clone();
            let target = policy.settings.debug.then(|| parts.uri.clone());
            let accepted = mounted.accept(parts).await;
            if let (Err(rejection), Some(target)) = (&accepted, target) {
                policy.debug(format_args!("{target} is refused: {rejection:?}"));
            }
            Ok(match accepted {
                Ok(response) => response.map(|()| Body::empty()),
                Err(rejection) => match rejection.into_verdict() {
                    Verdict::Http(response) => response.map(Body::from),
                    // Only an accepted handshake can be closed with a code, and `accept` does that itself.
                    Verdict::Close { .. } => Response::new(Body::empty()),
                },
            })
        })
    }
}

impl<A: App> Mounted<A> {
    async fn accept(self: Arc<Self>, mut parts: Parts) -> Result<Response<()>, Rejection> {
        let peer = parts.extensions.get::<Handover>().map(|handover| handover.peer().clone());
        let way = Way::of(&mut parts.extensions);
        let peer = peer.unwrap_or_else(|| {
            // A server of the user's may tell who the peer is.
            let remote = parts.extensions.get::<SocketAddr>().copied();
            Peer::new(Scheme::Http, None, remote)
        });
        let takes_early = way.as_ref().is_some_and(Way::takes_early_answers);
        let own = &self.scope.settings.trusted_proxies;
        let peer = peer.client(&parts.uri, &parts.headers, own).unwrap_or(peer);
        let facts = PeerFacts { secure: peer.scheme.is_secure(), host: peer.host(), takes_early };
        let accept = negotiate(&parts, &self.scope.settings, facts).inspect_err(|refusal| {
            let at_origin = refusal.status() == StatusCode::FORBIDDEN;
            self.refused(if at_origin { Refusal::Origin } else { Refusal::Handshake });
        })?;
        let Some(way) = way else {
            log!(error, "a server that cannot upgrade connections stands before this application");
            self.refused(Refusal::Internal);
            return Err(Rejection::http(500));
        };
        let permit = self.admission.admit(peer.remote).inspect_err(|_| self.refused(Refusal::Limit))?;
        let span = connection_span(&parts.headers, parts.uri.path());
        let early = accept.early_answer(&parts, &self.scope.settings, facts);
        let env = self.env(parts, &peer, &accept);
        let response = accept.response(&self.scope.settings);
        let session =
            caught(|| Ok(A::session(&self.app))).inspect_err(|_| self.refused(Refusal::Internal))?;
        let candidate = Candidate { session, env, accept, permit, span: span.clone() };
        match self.ask(candidate).instrument(span).await {
            Ok(candidate) => {
                way.claim(early, move |io, rest, guest| self.open(candidate, io, &rest, guest));
                Ok(response)
            }
            Err((rejection, accept)) => match rejection.into_verdict() {
                Verdict::Close { code, reason } => {
                    way.claim(early, move |io, rest, guest| {
                        let mut core = self.core(&accept, io, &rest);
                        core.kept = Kept::new(None, guest, None, rest.len());
                        turn_away(core, code, &reason);
                    });
                    Ok(response)
                }
                Verdict::Http(response) => {
                    self.refused(Refusal::Application);
                    Err(Rejection::from(*response))
                }
            },
        }
    }

    fn env(&self, mut parts: Parts, peer: &Peer, accept: &Accept) -> Env {
        let mount = parts.extensions.remove::<MountPoint>();
        let mount = mount.unwrap_or_else(|| MountPoint::root(parts.uri.clone()));
        let mut env = Env::new(&parts, peer, &mount.as_mount());
        env.set_draft(accept.draft);
        if let Some(protocol) = accept.protocol(&self.scope.settings) {
            env.set_subprotocol(protocol);
        }
        if !parts.extensions.is_empty() {
            *env.extensions_mut() = parts.extensions;
        }
        env
    }

    /// Asks `on_upgrade`, then whether the handlers' parameters can be had.
    async fn ask(&self, candidate: Candidate<A>) -> Result<Candidate<A>, (Rejection, Accept)> {
        let Candidate { mut session, env, accept, permit, span } = candidate;
        let mut cx = UpgradeContext { env, scope: self.scope.clone() };
        let asked = within(self.scope.settings.handshake_timeout, session.on_upgrade(&cx)).await;
        let granted = asked.map_err(|rejection| (rejection, accept))?;
        if !granted.is_empty() {
            cx.env.extensions_mut().extend(granted);
        }
        caught(|| A::Session::check(&cx.env)).map_err(|rejection| (rejection, accept))?;
        Ok(Candidate { session, env: cx.env, accept, permit, span })
    }

    /// Runs an accepted connection on a task of its own: what the request needed is gone by then.
    fn open(&self, candidate: Candidate<A>, io: Io, rest: &[u8], guest: Option<Box<dyn Guest>>) {
        let Candidate { session, env, accept, permit, span } = candidate;
        let mut core = self.core(&accept, io, rest);
        let watch = Watch::new(&self.scope.settings, self.counts.as_ref());
        core.kept = Kept::new(permit, guest, watch, rest.len());
        core.outbox.debug(format_args!("opened at {}", env.path()));
        let socket = Socket::new(&core.outbox);
        let cx = Context { env, socket, outbox: core.outbox.clone(), scope: self.scope.clone() };
        span.record("connection", core.outbox.id());
        let connection = run::<A>(core, session, cx);
        // Few are traced, and the others do not pay for it.
        if span.is_none() {
            tokio::spawn(connection)
        } else {
            tokio::spawn(connection.instrument(span))
        };
    }

    fn refused(&self, why: Refusal) {
        if let Some(counts) = &self.counts {
            counts.refused(why);
        }
    }

    fn core(&self, accept: &Accept, io: Io, rest: &[u8]) -> Core {
        let id = self.registry.next_id();
        let wire = accept.wire();
        if !wire.supports_ping() {
            io.keep_alive(self.scope.settings.ping_interval);
        }
        let outbox = Outbox::new(id, accept.draft, wire, self.policy.clone());
        let registration = self.registry.enter(&outbox);
        let handlers = <A::Session as Session<A>>::HANDLERS;
        let mut core = Core::new(io, outbox, registration, &handlers);
        core.codec = accept.codec();
        if let Some(counts) = &self.counts {
            counts.accepted();
        }
        if !rest.is_empty() {
            core.input = BytesMut::from(rest);
        }
        core
    }
}

/// Closes an accepted connection at once, so that a browser's script can see why.
fn turn_away(mut core: Core, code: u16, reason: &str) {
    core.end(Ending::server(Cause::Server, code.into(), reason, core.clock.now()));
    tokio::spawn(async move { poll_fn(|task| core.poll_end(task)).await });
}

/// Calls code of the user's; its panic is a 500.
fn caught<T>(call: impl FnOnce() -> Result<T, Rejection>) -> Result<T, Rejection> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(Error::panic(&*panic).into()))
}

/// `on_upgrade`, bounded in time; its panic is a 500.
async fn within(
    timeout: Option<std::time::Duration>,
    asked: impl Future<Output = Result<Extensions, Rejection>>,
) -> Result<Extensions, Rejection> {
    let mut asked = pin!(async move { Ok(asked.await) });
    let asked = poll_fn(|task| poll_caught(asked.as_mut(), task));
    let answer: Result<_, Error> = match timeout {
        None => asked.await,
        Some(timeout) => match tokio::time::timeout(timeout, asked).await {
            Ok(answer) => answer,
            Err(_) => {
                log!(error, "`on_upgrade` did not decide within `handshake_timeout`");
                return Err(Rejection::http(503));
            }
        },
    };
    answer?
}

/// How the stream comes to the application.
enum Way {
    /// From our own server.
    Handover(Handover),
    /// From hyper, through whatever server stands before.
    Upgrade(OnUpgrade, Option<Box<dyn Guest>>),
}

impl Way {
    fn of(extensions: &mut Extensions) -> Option<Self> {
        let upgrade = extensions.remove::<OnUpgrade>();
        let handover = extensions.remove::<Handover>().filter(Handover::hands_over);
        handover.map(Self::Handover).or(upgrade.map(|upgrade| Self::Upgrade(upgrade, guest(extensions))))
    }

    fn takes_early_answers(&self) -> bool {
        matches!(self, Self::Handover(handover) if handover.takes_early_answers())
    }

    fn claim(
        self,
        early: Option<EarlyAnswer>,
        start: impl FnOnce(Io, Bytes, Option<Box<dyn Guest>>) + Send + 'static,
    ) {
        match self {
            Self::Handover(handover) => handover.claim(early, start),
            Self::Upgrade(upgrade, guest) => {
                tokio::spawn(async move {
                    match upgrade.await {
                        Ok(upgraded) => {
                            let (io, rest) = unwrap(upgraded);
                            start(io, rest, guest);
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
