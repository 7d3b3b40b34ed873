//! From a request to a connection: the handshake, the application's word, the 101 (over HTTP/2 a 200).

use std::fmt;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use bytes::BytesMut;
use http::request::Parts;
use http::{Extensions, Request, Response, StatusCode};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use super::admission::{Admission, Permit};
use super::core::Core;
use super::ending::Ending;
use super::guest::{Guest, Kept};
use super::handover::{Claim, OwnAnswer};
use super::supervised::poll_caught;
use super::watch::Watch;
use super::way::Way;
use super::{Answering, Io, Passage, Registry, run};
use crate::app::{App, Context, Scope, Session, UpgradeContext};
use crate::body::Body;
use crate::close::Cause;
use crate::env::{Env, Peer, Scheme};
use crate::error::Error;
use crate::flood::Flood;
use crate::handshake::rejection::Verdict;
use crate::handshake::{Accept, PeerFacts, Rejection, negotiate};
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
    /// Lines of the log that clients cause by origins that are not allowed.
    strangers: Flood,
    /// Those that they cause by keeping `on_upgrade` waiting.
    late: Flood,
}

/// A request that may become a connection.
struct Candidate<A: App> {
    opening: Opening<A>,
    way: Way,
    /// The answer, where the server writes it itself.
    answer: Option<OwnAnswer>,
}

/// What a connection is opened with.
struct Opening<A: App> {
    mounted: Arc<Mounted<A>>,
    session: A::Session,
    cx: UpgradeContext,
    accept: Accept,
    permit: Option<Permit>,
    span: Span,
}

/// An accepted connection that is closed at once, so that a browser's script can see why.
struct TurnedAway<A> {
    mounted: Arc<Mounted<A>>,
    accept: Accept,
    permit: Option<Permit>,
    code: u16,
    reason: Box<str>,
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
        let (strangers, late) = (Flood::default(), Flood::default());
        let mounted = Mounted { app, scope, policy, registry, admission, counts, strangers, late };
        Self { mounted: Arc::new(mounted) }
    }
}

impl<A> fmt::Debug for AppService<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppService").finish_non_exhaustive()
    }
}

impl<A: App> AppService<A> {
    /// Answers at once, unless the application is asked first.
    pub(crate) fn call(&self, request: Request<Body>, passage: Passage) -> Answering {
        let mounted = self.mounted.clone();
        let (mut parts, _body) = request.into_parts();
        if let Some(mount) = &passage.mount {
            parts.uri = mount.uri().clone();
        }
        let target = mounted.policy.settings.debug.then(|| parts.uri.clone());
        let told = move |accepted: Result<Response<()>, Rejection>| {
            if let (Err(rejection), Some(target)) = (&accepted, target) {
                mounted.policy.debug(format_args!("{target} is refused: {rejection:?}"));
            }
            answer(accepted)
        };
        match self.mounted.clone().consider(parts, passage) {
            Err(rejection) => Answering::now(told(Err(rejection))),
            Ok(candidate) if <A::Session as Session<A>>::HANDLERS.upgrade => {
                let span = candidate.opening.span.clone();
                let asked = candidate.ask().instrument(span);
                Answering::later(async move { Ok(told(asked.await)) })
            }
            Ok(candidate) => {
                let span = candidate.opening.span.clone();
                Answering::now(told(span.in_scope(|| candidate.decide(Ok(())))))
            }
        }
    }
}

/// What the client is told.
fn answer(accepted: Result<Response<()>, Rejection>) -> Response<Body> {
    match accepted.map_err(Rejection::into_verdict) {
        Ok(response) => response.map(|()| Body::empty()),
        Err(Verdict::Http(response)) => response.map(Body::from),
        // Only an accepted handshake can be closed with a code, and `decide` does that itself.
        Err(Verdict::Close { .. }) => Response::new(Body::empty()),
    }
}

impl<A: App> Mounted<A> {
    /// What can be said without the application: whether it is a handshake, and whether there is room.
    fn consider(self: Arc<Self>, mut parts: Parts, passage: Passage) -> Result<Candidate<A>, Rejection> {
        let peer = passage.handover.as_ref().map(|handover| handover.peer().clone());
        let way = Way::of(passage.handover, &mut parts.extensions);
        let peer = peer.unwrap_or_else(|| {
            // A server of the user's may tell who the peer is.
            let remote = parts.extensions.get::<SocketAddr>().copied();
            Peer::new(Scheme::Http, None, remote)
        });
        let takes_early = way.as_ref().is_some_and(Way::writes_answers);
        let own = &self.scope.settings.trusted_proxies;
        let peer = peer.client(&parts.uri, &parts.headers, own).unwrap_or(peer);
        let facts = PeerFacts {
            secure: peer.scheme.is_secure(),
            host: peer.host(),
            takes_early,
            strangers: &self.strangers,
        };
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
        let early = early.map(|early| OwnAnswer::Early(Box::new(early)));
        let answer = early.or((takes_early && !passage.is_seen).then_some(OwnAnswer::Claimed));
        let env = self.env(parts, &peer, passage.mount, &accept);
        let session =
            caught(|| Ok(A::session(&self.app))).inspect_err(|_| self.refused(Refusal::Internal))?;
        let cx = UpgradeContext { env, scope: self.scope.clone() };
        let opening = Opening { mounted: self, session, cx, accept, permit, span };
        Ok(Candidate { opening, way, answer })
    }

    fn env(&self, parts: Parts, peer: &Peer, mount: Option<MountPoint>, accept: &Accept) -> Env {
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

    fn refused(&self, why: Refusal) {
        if let Some(counts) = &self.counts {
            counts.refused(why);
        }
    }

    fn core(&self, accept: &Accept, io: Io, rest: &[u8]) -> Core {
        let id = Registry::next_id();
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

impl<A: App> Candidate<A> {
    /// Asks `on_upgrade`.
    async fn ask(mut self) -> Result<Response<()>, Rejection> {
        let Opening { mounted, session, cx, .. } = &mut self.opening;
        let asked = within(cx.scope.settings.handshake_timeout, &mounted.late, session.on_upgrade(cx)).await;
        let asked = asked.map(|granted| {
            if !granted.is_empty() {
                cx.env.extensions_mut().extend(granted);
            }
        });
        self.decide(asked)
    }

    /// Answers, and has the connection run, if the application wants it and the handlers' parameters can be had.
    fn decide(self, asked: Result<(), Rejection>) -> Result<Response<()>, Rejection> {
        let Self { opening, way, answer } = self;
        let checked = asked.and_then(|()| caught(|| A::Session::check(&opening.cx.env)));
        let response = match answer {
            Some(_) => opening.accept.bare_response(),
            None => opening.accept.response(&opening.mounted.scope.settings),
        };
        match checked.map_err(Rejection::into_verdict) {
            Ok(()) => way.claim(answer, opening),
            Err(Verdict::Close { code, reason }) => {
                let Opening { mounted, accept, permit, .. } = opening;
                way.claim(answer, TurnedAway { mounted, accept, permit, code, reason });
            }
            Err(Verdict::Http(response)) => {
                opening.mounted.refused(Refusal::Application);
                return Err(Rejection::from(*response));
            }
        }
        Ok(response)
    }
}

impl<A: App> Claim for Opening<A> {
    fn write_answer(&self, out: &mut BytesMut) {
        self.accept.write(&self.mounted.scope.settings, out);
    }

    /// Runs an accepted connection on a task of its own: what the request needed is gone by then.
    fn start(self: Box<Self>, io: Io, rest: &[u8], guest: Option<Box<dyn Guest>>) {
        let Self { mounted, session, cx, accept, permit, span } = *self;
        let mut core = mounted.core(&accept, io, rest);
        let watch = Watch::new(&mounted.scope.settings, mounted.counts.as_ref());
        core.kept = Kept::new(permit, guest, watch, rest.len());
        core.outbox.debug(format_args!("opened at {}", cx.env.path()));
        let socket = Socket::new(&core.outbox);
        let cx = Context { env: cx.env, socket, outbox: core.outbox.clone(), scope: cx.scope };
        span.record("connection", core.outbox.id());
        let connection = run::<A>(core, session, cx);
        // Few are traced, and the others do not pay for it.
        if span.is_none() {
            tokio::spawn(connection)
        } else {
            tokio::spawn(connection.instrument(span))
        };
    }
}

impl<A: App> Claim for TurnedAway<A> {
    fn write_answer(&self, out: &mut BytesMut) {
        self.accept.write(&self.mounted.scope.settings, out);
    }

    fn start(self: Box<Self>, io: Io, rest: &[u8], guest: Option<Box<dyn Guest>>) {
        let mut core = self.mounted.core(&self.accept, io, rest);
        core.kept = Kept::new(self.permit, guest, None, rest.len());
        core.end(Ending::server(Cause::Server, self.code.into(), &self.reason, core.clock.now()));
        tokio::spawn(async move { poll_fn(|task| core.poll_end(task)).await });
    }
}

/// Calls code of the user's; its panic is a 500.
fn caught<T>(call: impl FnOnce() -> Result<T, Rejection>) -> Result<T, Rejection> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(Error::panic(&*panic).into()))
}

/// `on_upgrade`, bounded in time; its panic is a 500.
async fn within(
    timeout: Option<std::time::Duration>,
    late: &Flood,
    asked: impl Future<Output = Result<Extensions, Rejection>>,
) -> Result<Extensions, Rejection> {
    let mut asked = pin!(async move { Ok(asked.await) });
    let asked = poll_fn(|task| poll_caught(asked.as_mut(), task));
    let answer: Result<_, Error> = match timeout {
        None => asked.await,
        Some(timeout) => match tokio::time::timeout(timeout, asked).await {
            Ok(answer) => answer,
            Err(_) => {
                if let Some(left_out) = late.passes() {
                    log!(error, "`on_upgrade` did not decide within `handshake_timeout`{left_out}");
                }
                return Err(Rejection::http(503));
            }
        },
    };
    answer?
}
