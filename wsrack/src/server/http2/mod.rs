//! HTTP/2 on one connection: requests, and WebSockets in its streams (RFC 8441).

mod preface;
mod rewound;
mod traffic;

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::CONNECTION;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

pub(super) use self::preface::tell_apart;
use self::traffic::{Kept, Stream, Traffic};
use super::arrival::Visit;
use super::http::HEAD_MAX;
use super::stop::{Stop, reached};
use crate::body::Body;
use crate::connection::{Line, Seat};

/// How long a connection without a stream is kept.
const IDLE: Duration = Duration::from_mins(1);

/// A client is asked so often whether it is there, and has so long to answer. Within a head that never ends it cannot
/// answer, so this bounds such a head as well.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// What a client may send ahead, for a stream and for all of them together, before an application has taken it.
const WINDOWS: (u32, u32) = (256 << 10, 1 << 20);

/// What may wait in a stream for the client to take it, beside what the application's own queue holds.
const SEND_MAX: usize = 64 << 10;

/// Streams that a client opens and resets before they are served (CVE-2023-44487), and those that it has us reset by
/// its mistakes (CVE-2025-8671): with more of them the connection ends.
const RESETS: (usize, usize) = (20, 100);

/// HTTP/2 for a server: what [`ServerBuilder::http2`](crate::ServerBuilder::http2) takes. Feature `http2`.
///
/// A client opens a WebSocket by an extended CONNECT (RFC 8441); applications see no difference but
/// `env["SERVER_PROTOCOL"]` and `env["REQUEST_METHOD"]`. Only RFC 6455 itself is spoken there, none of its drafts.
///
/// One connection carries many streams, so limits per connection are those of a client: streams at a time
/// ([`max_streams`](Self::max_streams)), 64 KiB for a request's head, 256 KiB sent ahead in a stream and 1 MiB in all,
/// 20 streams that are reset before they are served. A client that exceeds them is told so by GOAWAY.
///
/// # Examples
///
/// ```no_run
/// # async fn run(routes: wsrack::Routes) -> wsrack::Result {
/// use wsrack::Http2;
///
/// routes.server().http2(Http2::new()).bind("127.0.0.1:3000").await?.serve().await
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is for `ServerBuilder::http2`"]
pub struct Http2 {
    max_streams: u32,
}

impl Http2 {
    /// With the limits above.
    pub fn new() -> Self {
        Self { max_streams: 100 }
    }

    /// How many requests and WebSockets a connection may carry at a time. Default: 100, at least 1.
    pub fn max_streams(mut self, streams: u32) -> Self {
        self.max_streams = streams.max(1);
        self
    }

    fn builder(&self) -> http2::Builder<TokioExecutor> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .max_concurrent_streams(self.max_streams)
            .max_header_list_size(u32::try_from(HEAD_MAX).unwrap_or(u32::MAX))
            .initial_stream_window_size(WINDOWS.0)
            .initial_connection_window_size(WINDOWS.1)
            .max_send_buf_size(SEND_MAX)
            .max_pending_accept_reset_streams(RESETS.0)
            .max_local_error_reset_streams(RESETS.1)
            .keep_alive_interval(KEEPALIVE.0)
            .keep_alive_timeout(KEEPALIVE.1);
        builder
    }
}

impl Default for Http2 {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves one connection until its client leaves, has nothing to ask for, or the server stops. WebSockets in its
/// streams end before it does.
pub(super) async fn serve<T>(stream: T, mut visit: Visit)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake_timeout = visit.door.handshake_timeout;
    let http2 = visit.door.http2.clone().unwrap_or_default();
    let is_late = visit.is_late();
    let mut stop = visit.stop.clone();
    let traffic = Arc::new(Traffic::default());
    let line = Arc::new(Line::of_many(visit.peer.clone(), ()));
    let _pass = visit.pass.take();
    let handshake = Mutex::new(visit.handshake.take());
    let requests = Requests { visit, handshake, is_late, line, traffic: traffic.clone() };
    let connection = http2.builder().serve_connection(TokioIo::new(stream), requests);
    // Boxed: so the task is small until there is something to serve.
    let mut connection = Box::pin(connection);
    let mut awaited = if is_late { Stop::Closing } else { Stop::Draining };
    let mut ends = false;
    let (mut check, mut quiet) = (Instant::now() + handshake_timeout, Some(0));
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "an HTTP/2 connection ended");
                }
                return;
            }
            () = reached(&mut stop, awaited) => {
                if awaited == Stop::Now {
                    return;
                }
                awaited = Stop::Now;
                connection.as_mut().graceful_shutdown();
            }
            () = sleep_until(check) => {
                if !traffic.is_quiet_since(&mut quiet) {
                    check = Instant::now() + IDLE;
                } else if ends {
                    return;
                } else {
                    // GOAWAY; a client that does not heed it has no more time than one that asks for nothing.
                    ends = true;
                    check = Instant::now() + handshake_timeout;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// The routes as hyper asks them, with what they need to know of the connection.
struct Requests {
    visit: Visit,
    /// Its place among those without a request.
    handshake: Mutex<Option<OwnedSemaphorePermit>>,
    /// The connection came while the server was stopping.
    is_late: bool,
    line: Arc<Line<()>>,
    traffic: Arc<Traffic>,
}

impl hyper::service::Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: Request<Incoming>) -> Answer {
        drop(self.handshake.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(mut answer) = self.visit.probe(&request) {
            answer.headers_mut().remove(CONNECTION);
            let stream = Arc::new(self.traffic.begin(None));
            return Answer { routes: Box::pin(ready(Ok(answer))), is_connect: false, stream };
        }
        let (client, is_connect) = (self.visit.client(&request), request.method() == Method::CONNECT);
        let entry = self.visit.entry(client.as_ref(), &request);
        if let Some(mut answer) = self.visit.refusal(self.is_late) {
            answer.headers_mut().remove(CONNECTION);
            let stream = Arc::new(self.traffic.begin(entry));
            return Answer { routes: Box::pin(ready(Ok(answer))), is_connect: false, stream };
        }
        let stream = Arc::new(self.traffic.begin(entry));
        let passage = self.visit.introduce(client, &self.line, &mut request);
        request.extensions_mut().insert(Seat::new(Kept(stream.clone())));
        Answer { routes: self.visit.door.routes.answer(request, passage).boxed(), is_connect, stream }
    }
}

/// An answer on its way to hyper, which counts until it is sent.
struct Answer {
    routes: Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>,
    /// Its success is a stream of its own, whose line is written at its end.
    is_connect: bool,
    stream: Arc<Stream>,
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let response = std::task::ready!(self.routes.as_mut().poll(task))?;
        if self.is_connect && response.status().is_success() {
            self.stream.opened();
        } else if let Some(entry) = self.stream.entry() {
            entry.answered(&response);
        }
        Poll::Ready(Ok(response.map(|body| traffic::counted(body, self.stream.clone()))))
    }
}

#[cfg(test)]
mod tests;
