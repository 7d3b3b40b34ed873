//! Routes served in memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use http::header::HOST;
use http::{HeaderValue, Request};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::watch;
use tokio::time::Instant;

use super::error::{PATIENCE, within};
use super::{Answer, Connect, Faults, Line, RawClient, TestError, exchange};
use crate::body::Body;
use crate::close::CloseCode;
use crate::connection::Io;
use crate::env::{Peer, Scheme};
use crate::error::Result;
use crate::hub::Hub;
use crate::routes::{Routes, Running};
use crate::server::{Door, Stop, Visit, arrive, finish};

/// How long a request head may take: the default of a server.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long [`TestServer::shutdown`] waits for handlers: the default of a server.
const GRACE: Duration = Duration::from_secs(30);

/// Where clients come from unless they say otherwise: the port is the first of many.
const FIRST_PORT: u16 = 40_000;

/// Routes served in memory, from [`Routes::test`].
///
/// Everything is that of a real server, only without a socket. Dropped without [`shutdown`](Self::shutdown),
/// no connection is closed and no `#[on_stop]` runs.
///
/// # Examples
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").await?;
/// let (stopped, closed) = tokio::join!(server.shutdown(), client.closed());
/// assert_eq!(closed?, (CloseCode::GOING_AWAY, "the server stops".to_owned()));
/// stopped
/// # }
/// ```
#[derive(Debug)]
pub struct TestServer {
    running: Running,
    door: Arc<Door>,
    stop: watch::Sender<Stop>,
    next_port: AtomicU16,
}

/// How a client comes to the server.
#[derive(Debug)]
pub(super) struct Dial {
    pub(super) scheme: Scheme,
    pub(super) remote: Option<SocketAddr>,
    pub(super) faults: Faults,
    pub(super) buffer: usize,
}

impl Routes {
    /// Starts the applications and serves them in memory, for tests: see [`testing`](crate::testing). Feature `testing`.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// As [`start`](Self::start).
    pub async fn test(self) -> Result<TestServer> {
        let running = self.start().await?;
        let routes = running.service();
        let door = Arc::new(Door::new(routes, HANDSHAKE_TIMEOUT));
        Ok(TestServer {
            running,
            door,
            stop: watch::Sender::new(Stop::No),
            next_port: AtomicU16::new(FIRST_PORT),
        })
    }
}

impl TestServer {
    /// Connects a client. The target is a path with its query, or a whole URL where the host or the scheme
    /// matters: `wss://chat.example.com/rooms/7`.
    ///
    /// # Panics
    ///
    /// If this is no target of a request.
    #[track_caller]
    pub fn connect(&self, target: &str) -> Connect<'_> {
        Connect::new(self, target)
    }

    /// The answer to a plain GET.
    ///
    /// # Errors
    ///
    /// [`TestError::Http`] where there is none, [`TestError::TimedOut`].
    ///
    /// # Panics
    ///
    /// If this is no target of a request.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the connection is cut.
    pub async fn get(&self, target: &str) -> Result<Answer, TestError> {
        let Ok(request) = Request::get(target).body(Body::empty()) else {
            panic!("{target:?} is no target, such as \"/chat?room=7\"");
        };
        self.request(request).await
    }

    /// The answer to any request. A `Host` is added where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// As [`get`](Self::get).
    pub async fn request(&self, mut request: Request<Body>) -> Result<Answer, TestError> {
        request.headers_mut().entry(HOST).or_insert(HeaderValue::from_static("localhost"));
        let (stream, _line) = self.dial(Dial::default());
        within(PATIENCE, exchange::ask(stream, request)).await
    }

    /// A stream to the server over which nothing has been sent, not even a request.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn raw(&self) -> RawClient {
        self.raw_with(Faults::default())
    }

    /// The same over a line with faults.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn raw_with(&self, faults: Faults) -> RawClient {
        let (stream, line) = self.dial(Dial { faults, ..Dial::default() });
        RawClient::new(stream, BytesMut::new(), line, PATIENCE)
    }

    /// The topics of all applications.
    pub fn hub(&self) -> &Hub {
        self.running.hub()
    }

    /// Stops as a server does: all connections are closed with 1001, handlers have 30 seconds to finish,
    /// `#[on_stop]` runs.
    ///
    /// # Errors
    ///
    /// The first error or panic of an `#[on_stop]`.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the applications that have not stopped by then are dropped without `#[on_stop]`.
    pub async fn shutdown(self) -> Result {
        self.shutdown_within(GRACE).await
    }

    /// As [`shutdown`](Self::shutdown), with another time for the handlers to finish.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown).
    ///
    /// # Cancel safety
    ///
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(self, grace: Duration) -> Result {
        let Self { running, stop, .. } = self;
        let end = Instant::now() + grace;
        running.registry().stop(CloseCode::GOING_AWAY);
        finish(&stop, running.registry(), end).await;
        running.stop().await
    }

    /// A new stream, and a task that serves its other end.
    pub(super) fn dial(&self, dial: Dial) -> (DuplexStream, Line) {
        let Dial { scheme, remote, faults, buffer } = dial;
        let (near, far) = duplex(buffer);
        let (far, line) = faults.wrap(far);
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, if scheme.is_secure() { 443 } else { 80 }));
        let remote = remote.unwrap_or_else(|| {
            SocketAddr::from((Ipv4Addr::LOCALHOST, self.next_port.fetch_add(1, Ordering::Relaxed)))
        });
        let peer = Peer::new(scheme, Some(local), Some(remote));
        let io = Io::Other(Box::new(far));
        tokio::spawn(arrive(io, Visit::new(peer, &self.door, self.stop.subscribe())));
        (near, line)
    }
}
