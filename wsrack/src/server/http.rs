//! HTTP/1.1 on one connection, up to the 101.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tower_service::Service;

use super::access_log::{Entry, Visitor};
use super::arrival::{Door, Visit};
use super::census::Pass;
use super::early::{self, Exit};
use super::probes;
use super::refuse::Refused;
use super::stay::Stay;
use super::stop::Stop;
use super::traced::traced;
use crate::body::Body;
use crate::connection::{Guest, Handover, Io, Line};
use crate::handshake::is_early;

/// A request head of more bytes, or of up to twice as many where they come at once, is answered with 431: so much
/// may a client cost that never ends its head.
const HEAD_MAX: usize = 64 << 10;

/// How long a client that is connected may take for the first byte when the server stops.
const FIRST_WORD: Duration = Duration::from_secs(1);

/// hyper's settings. Made once, since each set would allocate a timer.
static HTTP: LazyLock<http1::Builder> = LazyLock::new(|| {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).max_buf_size(HEAD_MAX);
    http
});

/// Serves the requests of one connection. Where an application answers with a 101, the stream goes to it.
///
/// A plain function: what an `async fn` is given lies in it twice, and this one's future is all that a connection costs
/// before its 101.
pub(super) fn serve_http(io: Io, visit: Visit) -> impl Future<Output = ()> + Send {
    let Visit { peer, door, stop, handshake, pass } = visit;
    // Who comes while the server stops is told so. Behind that nothing is accepted any more: whoever has got in at the
    // last moment is served, for another process cannot.
    let is_late = *stop.borrow() == Stop::Draining;
    let host = Host {
        is_late,
        stop,
        stay: Stay::new(door.census.clone(), handshake),
        door,
        kept: Mutex::new((pass, None)),
        exit: Exit::default(),
        begun: Notify::new(),
    };
    let line = Arc::new(Line::new(peer, host));
    let io = traced(io);
    async move {
        match io {
            Io::Tcp(stream) => serve(TokioIo::new(stream), Io::Tcp, line).await,
            #[cfg(unix)]
            Io::Unix(stream) => serve(TokioIo::new(stream), Io::Unix, line).await,
            Io::Other(stream) => serve(TokioIo::new(stream), Io::Other, line).await,
        }
    }
}

async fn serve<T>(io: TokioIo<T>, into_io: fn(T) -> Io, line: Arc<Line<Host>>)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Host { exit, begun, is_late, .. } = &line.server;
    let (mut stop, handshake_timeout) = (line.server.stop.clone(), line.server.door.handshake_timeout);
    let mut awaited = if *is_late { Stop::Closing } else { Stop::Draining };
    let mut http = HTTP.clone();
    http.header_read_timeout(handshake_timeout).keep_alive(!is_late);
    let requests = Requests { line: line.clone(), is_first: AtomicBool::new(true) };
    let mut connection = http.serve_connection(io, requests);
    let served = loop {
        tokio::select! {
            served = poll_fn(|task| {
                let served = connection.poll_without_shutdown(task);
                if served.is_pending() && exit.is_due() { Poll::Ready(Ok(())) } else { served }
            }) => break served,
            () = due(&mut stop, awaited, begun) => {
                if awaited == Stop::Now {
                    return;
                }
                awaited = Stop::Now;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let guest = line.server.guest();
    if exit.is_foreign() {
        tokio::select! {
            // Boxed, as is all that is rare: the task would have room for it all the while.
            ended = Box::pin(connection.with_upgrades()) => if let Err(error) = ended {
                tracing::debug!(%error, "an upgraded connection ended");
            },
            () = reached(&mut stop, Stop::Now) => {}
        }
        return;
    }
    if let Some(answer) = line.take_early_answer().filter(|_| exit.is_accepted()) {
        let parts = connection.into_parts();
        let (mut stream, mut read) = (parts.io.into_inner(), BytesMut::from(parts.read_buf));
        let answered = tokio::select! {
            answered = timeout(handshake_timeout, Box::pin(exit.answer(answer, &mut stream, &mut read))) => answered,
            () = reached(&mut stop, Stop::Now) => return,
        };
        match (answered, line.take()) {
            (Ok(Ok(())), Some(start)) => start(into_io(stream), read.freeze(), guest),
            (answered, _) => tracing::debug!(?answered, "a connection ended within its handshake"),
        }
        return;
    }
    match served {
        Ok(()) => {
            let parts = connection.into_parts();
            if let Some(start) = line.take() {
                start(into_io(parts.io.into_inner()), parts.read_buf, guest);
            } else if exit.is_refused() {
                Box::pin(early::linger(parts.io.into_inner())).await;
            }
        }
        Err(error) => tracing::debug!(%error, "a connection ended before it was upgraded"),
    }
}

/// Waits until requests are to end: hyper hangs up on a client that has not sent a byte, so there is a moment for that.
async fn due(stop: &mut watch::Receiver<Stop>, awaited: Stop, begun: &Notify) {
    reached(stop, awaited).await;
    if awaited < Stop::Now {
        tokio::select! {
            _begun = timeout(FIRST_WORD, begun.notified()) => {}
            () = reached(stop, Stop::Now) => {}
        }
    }
}

/// Waits until the stop has come so far. A server that is dropped stops gracefully and takes its time.
async fn reached(stop: &mut watch::Receiver<Stop>, awaited: Stop) {
    let gone = stop.wait_for(|stop| *stop >= awaited).await.is_err();
    if gone && awaited == Stop::Now {
        pending::<()>().await;
    }
}

/// The routes as hyper asks them, with what they need to know of the connection.
struct Requests {
    line: Arc<Line<Host>>,
    /// No answer to a request before this one may still have to be written.
    is_first: AtomicBool,
}

impl hyper::service::Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: Request<Incoming>) -> Answer {
        let (line, is_early) = (self.line.clone(), is_early(request.headers()));
        line.server.begun.notify_one();
        line.take_early_answers(self.is_first.swap(false, Ordering::Relaxed));
        if let Some(answer) = line.server.probe(&request) {
            return Answer { routes: Box::pin(ready(Ok(answer))), held: None, is_early, entry: None, line };
        }
        let entry = line.server.door.access.as_ref();
        let entry = entry.map(|lines| Box::new(Entry::new(lines, &line.peer, &request)));
        if line.server.is_late {
            let answer = Refused::Stopping.response();
            return Answer { routes: Box::pin(ready(Ok(answer))), held: None, is_early, entry, line };
        }
        request.extensions_mut().insert(Handover::new(line.clone()));
        let mut routes = line.server.door.routes.clone();
        let routes = if early::announces_key(request.headers()) {
            let line = line.clone();
            Box::pin(async move {
                let (parts, body) = request.into_parts();
                let read = line.server.exit.read_key(body);
                match timeout(line.server.door.handshake_timeout, read).await {
                    Ok(true) => routes.call(Request::from_parts(parts, Body::empty())).await,
                    _ => Ok(early::no_key()),
                }
            })
        } else {
            // They are ready at any time.
            routes.call(request)
        };
        Answer { routes, held: None, is_early, entry, line }
    }
}

/// What the server knows of a connection while it serves its requests.
struct Host {
    door: Arc<Door>,
    stop: watch::Receiver<Stop>,
    /// The connection came while the server was stopping.
    is_late: bool,
    stay: Stay,
    /// The place that the connection takes up, and the line of the request that was answered with a 101.
    kept: Mutex<(Option<Pass>, Option<Box<Entry>>)>,
    exit: Exit,
    /// There was a request.
    begun: Notify,
}

impl Host {
    /// What is answered before anything else is asked.
    fn probe(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        let is_ready = *self.stop.borrow() == Stop::No;
        let asks = self.door.probes.then(|| (request.method(), request.uri().path()));
        asks.and_then(|(method, path)| probes::answer(method, path, is_ready))
    }

    /// What is kept with the connection from now on.
    fn guest(&self) -> Option<Box<dyn Guest>> {
        let (pass, entry) = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        Visitor::guest(pass, entry)
    }

    fn keep_entry(&self, entry: Box<Entry>) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(entry);
    }
}

/// An answer on its way to hyper. A 101 that no application of ours claims is held back for one turn, in
/// which the connection changes over to hyper's own upgrades; one that hyper cannot write never gets there.
struct Answer {
    routes: Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>,
    held: Option<Response<Body>>,
    is_early: bool,
    /// Its line in the access log.
    entry: Option<Box<Entry>>,
    line: Arc<Line<Host>>,
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(response) = self.held.take() {
            return Poll::Ready(Ok(response));
        }
        let mut response = std::task::ready!(self.routes.as_mut().poll(task))?;
        self.line.server.stay.answered();
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            // A layer may have made something else of an application's 101.
            drop(self.line.take());
            if self.is_early {
                self.line.server.exit.refuse(&mut response);
            }
            self.line.server.stay.decide(response.headers_mut());
            if let Some(entry) = self.entry.take() {
                entry.answered(&response);
            }
            return Poll::Ready(Ok(response));
        }
        if let Some(entry) = self.entry.take() {
            self.line.server.keep_entry(entry);
        }
        if self.line.has_early_answer() {
            self.line.server.exit.accept(response.into_parts().0.headers);
            return Poll::Pending;
        }
        if self.line.is_claimed() {
            return Poll::Ready(Ok(response));
        }
        self.line.server.exit.leave_for_foreign();
        self.held = Some(response);
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
