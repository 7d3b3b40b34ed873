//! HTTP/1.1 on one connection, up to the 101.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;
use tower_service::Service;

use super::early::{self, Exit};
use super::traced::traced;
use crate::body::Body;
use crate::connection::{Handover, Io};
use crate::env::Peer;
use crate::handshake::is_early;
use crate::routes::RoutesService;

/// A request head of more bytes, or of up to twice as many where they come at once, is answered with 431: so much
/// may a client cost that never ends its head.
const HEAD_MAX: usize = 64 << 10;

/// What every connection is served with.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) routes: RoutesService,
    /// How long a request head may take.
    pub(crate) handshake_timeout: Duration,
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

/// Serves the requests of one connection. Where an application answers with a 101, the stream goes to it.
pub(crate) async fn serve_connection(io: Io, peer: Peer, door: Door, stop: watch::Receiver<Stop>) {
    match traced(io) {
        Io::Tcp(stream) => serve(TokioIo::new(stream), Io::Tcp, peer, door, stop).await,
        #[cfg(unix)]
        Io::Unix(stream) => serve(TokioIo::new(stream), Io::Unix, peer, door, stop).await,
        Io::Other(stream) => serve(TokioIo::new(stream), Io::Other, peer, door, stop).await,
    }
}

async fn serve<T>(
    io: TokioIo<T>,
    into_io: fn(T) -> Io,
    peer: Peer,
    door: Door,
    mut stop: watch::Receiver<Stop>,
) where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake_timeout = door.handshake_timeout;
    let requests = Requests {
        routes: door.routes,
        peer,
        handshake_timeout,
        handover: Handover::default(),
        exit: Arc::default(),
        is_first: AtomicBool::new(true),
    };
    let (handover, exit) = (requests.handover.clone(), requests.exit.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(handshake_timeout)
        .max_buf_size(HEAD_MAX)
        .serve_connection(io, requests);
    // Boxed: the task becomes small again when the connection has gone over to an application.
    let mut connection = Box::new(connection);
    let mut awaited = Stop::Gracefully;
    let served = loop {
        tokio::select! {
            served = poll_fn(|task| {
                let served = connection.poll_without_shutdown(task);
                if served.is_pending() && exit.is_due() { Poll::Ready(Ok(())) } else { served }
            }) => break served,
            () = reached(&mut stop, awaited) => {
                if awaited == Stop::Now {
                    return;
                }
                awaited = Stop::Now;
                Pin::new(&mut *connection).graceful_shutdown();
            }
        }
    };
    if exit.is_foreign() {
        tokio::select! {
            ended = connection.with_upgrades() => if let Err(error) = ended {
                tracing::debug!(%error, "an upgraded connection ended");
            },
            () = reached(&mut stop, Stop::Now) => {}
        }
        return;
    }
    if let Some(answer) = handover.take_early_answer().filter(|_| exit.is_accepted()) {
        let parts = connection.into_parts();
        let (mut stream, mut read) = (parts.io.into_inner(), BytesMut::from(parts.read_buf));
        let answered = tokio::select! {
            answered = timeout(handshake_timeout, exit.answer(answer, &mut stream, &mut read)) => answered,
            () = reached(&mut stop, Stop::Now) => return,
        };
        match (answered, handover.take()) {
            (Ok(Ok(())), Some(start)) => start(into_io(stream), read.freeze()),
            (answered, _) => tracing::debug!(?answered, "a connection ended within its handshake"),
        }
        return;
    }
    match served {
        Ok(()) => {
            let parts = connection.into_parts();
            if let Some(start) = handover.take() {
                start(into_io(parts.io.into_inner()), parts.read_buf);
            } else if exit.is_refused() {
                early::linger(parts.io.into_inner()).await;
            }
        }
        Err(error) => tracing::debug!(%error, "a connection ended before it was upgraded"),
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
    routes: RoutesService,
    peer: Peer,
    handshake_timeout: Duration,
    handover: Handover,
    exit: Arc<Exit>,
    /// No answer to a request before this one may still have to be written.
    is_first: AtomicBool,
}

impl hyper::service::Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: Request<Incoming>) -> Answer {
        self.handover.take_early_answers(self.is_first.swap(false, Ordering::Relaxed));
        request.extensions_mut().insert(self.peer);
        request.extensions_mut().insert(self.handover.clone());
        let is_early = is_early(request.headers());
        let mut routes = self.routes.clone();
        let (exit, handshake_timeout) = (self.exit.clone(), self.handshake_timeout);
        Answer {
            routes: if early::announces_key(request.headers()) {
                Box::pin(async move {
                    let (parts, body) = request.into_parts();
                    match timeout(handshake_timeout, exit.read_key(body)).await {
                        Ok(true) => routes.call(Request::from_parts(parts, Body::empty())).await,
                        _ => Ok(early::no_key()),
                    }
                })
            } else {
                // They are ready at any time.
                routes.call(request)
            },
            held: None,
            is_early,
            handover: self.handover.clone(),
            exit: self.exit.clone(),
        }
    }
}

/// An answer on its way to hyper. A 101 that no application of ours claims is held back for one turn, in
/// which the connection changes over to hyper's own upgrades; one that hyper cannot write never gets there.
struct Answer {
    routes: Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>,
    held: Option<Response<Body>>,
    is_early: bool,
    handover: Handover,
    exit: Arc<Exit>,
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(response) = self.held.take() {
            return Poll::Ready(Ok(response));
        }
        let mut response = ready!(self.routes.as_mut().poll(task))?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            // A layer may have made something else of an application's 101.
            drop(self.handover.take());
            if self.is_early {
                self.exit.refuse(&mut response);
            }
            return Poll::Ready(Ok(response));
        }
        if self.handover.has_early_answer() {
            self.exit.accept(response.into_parts().0.headers);
            return Poll::Pending;
        }
        if self.handover.is_claimed() {
            return Poll::Ready(Ok(response));
        }
        self.exit.leave_for_foreign();
        self.held = Some(response);
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
