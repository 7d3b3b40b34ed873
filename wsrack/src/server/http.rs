//! HTTP/1.1 on one connection, up to the 101.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::BytesMut;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::access_log::{Entry, Visitor};
use super::arrival::{Door, Visit};
use super::census::Pass;
use super::early::{self, Exit};
use super::stay::Stay;
use super::stop::{FIRST_WORD, Stop, reached};
use super::unserved::Unserved;
use crate::body::Body;
use crate::connection::{Answering, Guest, Io, Line, OwnAnswer};
use crate::handshake::is_early;

/// A request head of more bytes, or of up to twice as many where they come at once, is answered with 431: so much
/// may a client cost that never ends its head.
pub(super) const HEAD_MAX: usize = 64 << 10;

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
pub(super) fn serve<T>(
    io: TokioIo<T>,
    into_io: impl FnOnce(T) -> Io + Send,
    mut visit: Visit,
) -> impl Future<Output = ()> + Send
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let host = Host {
        kept: Mutex::new((visit.pass.take(), None)),
        is_late: visit.is_late(),
        stay: Stay::new(visit.door.census.clone(), visit.handshake.take()),
        visit,
        exit: Exit::default(),
        begun: Notify::new(),
    };
    drive(io, into_io, Arc::new(Line::new(host.visit.peer.clone(), host)))
}

async fn drive<T>(io: TokioIo<T>, into_io: impl FnOnce(T) -> Io + Send, line: Arc<Line<Host>>)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Host { visit, exit, begun, is_late, .. } = &line.server;
    let (mut stop, handshake_timeout) = (visit.stop.clone(), visit.door.handshake_timeout);
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
    if let Some(answer) = line.take_own_answer().filter(|_| exit.is_accepted()) {
        let Some(claim) = line.take() else { return };
        let parts = connection.into_parts();
        let (mut stream, mut read) = (parts.io.into_inner(), BytesMut::from(parts.read_buf));
        let rest = read.len();
        let early = match answer {
            OwnAnswer::Early(early) => Some(early),
            OwnAnswer::Claimed => {
                // Into the buffer that hyper has read into, so that it costs none of its own.
                claim.write_answer(&mut read);
                None
            }
        };
        let answered = tokio::select! {
            answered = timeout(handshake_timeout, exit.answer(early, rest, &mut stream, &mut read)) => answered,
            () = reached(&mut stop, Stop::Now) => return,
        };
        match answered {
            Ok(Ok(())) => claim.start(into_io(stream), &read, guest),
            answered => tracing::debug!(?answered, "a connection ended within its handshake"),
        }
        return;
    }
    match served {
        Ok(()) => {
            let parts = connection.into_parts();
            if let Some(claim) = line.take() {
                claim.start(into_io(parts.io.into_inner()), &parts.read_buf, guest);
            } else if exit.is_refused() {
                Box::pin(early::linger(parts.io.into_inner())).await;
            }
        }
        Err(error) => {
            let begun = !connection.into_parts().read_buf.is_empty();
            if let Some(unserved) = Unserved::head(&error, begun) {
                line.server.visit.door.unserved(&line.peer, unserved);
            }
            tracing::debug!(%error, "a connection ended before it was upgraded");
        }
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
        line.write_answers(self.is_first.swap(false, Ordering::Relaxed));
        let Host { visit, is_late, .. } = &line.server;
        if let Some(answer) = visit.probe(&request) {
            return Answer { routes: Answering::now(answer), is_early, entry: None, line };
        }
        let client = visit.client(&request);
        let entry = visit.entry(client.as_ref(), &request);
        if let Some(answer) = visit.refusal(*is_late).or_else(|| visit.bad_target(&request)) {
            return Answer { routes: Answering::now(answer), is_early, entry, line };
        }
        let passage = visit.introduce(client, &line, &mut request);
        let routes = if early::announces_key(request.headers()) {
            let line = line.clone();
            Answering::later(async move {
                let (parts, body) = request.into_parts();
                let read = line.server.exit.read_key(body);
                let Door { routes, handshake_timeout, .. } = &*line.server.visit.door;
                match timeout(*handshake_timeout, read).await {
                    Ok(true) => routes.answer(Request::from_parts(parts, Body::empty()), passage).await,
                    _ => Ok(early::no_key()),
                }
            })
        } else {
            visit.door.routes.answer(request, passage)
        };
        Answer { routes, is_early, entry, line }
    }
}

/// What the server knows of a connection while it serves its requests.
struct Host {
    visit: Visit,
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
/// which the connection changes over to hyper's own upgrades; one that the server writes itself never gets there.
struct Answer {
    routes: Answering,
    is_early: bool,
    /// Its line in the access log.
    entry: Option<Box<Entry>>,
    line: Arc<Line<Host>>,
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if self.line.server.exit.is_accepted() {
            // The server has the answer, and this one is not asked for another.
            return Poll::Pending;
        }
        let mut response = std::task::ready!(Pin::new(&mut self.routes).poll(task))?;
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
        if let Some(mut entry) = self.entry.take() {
            entry.opened();
            self.line.server.keep_entry(entry);
        }
        if self.line.has_own_answer() {
            self.line.server.exit.accept(response.into_parts().0.headers);
            return Poll::Pending;
        }
        if self.line.is_claimed() || self.line.server.exit.is_foreign() {
            return Poll::Ready(Ok(response));
        }
        self.line.server.exit.leave_for_foreign();
        self.routes = Answering::now(response);
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
