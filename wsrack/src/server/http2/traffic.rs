//! Which streams of a connection are open: a connection without any is not kept for ever.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::body::{Body, BoxError};
use crate::close::{Cause, CloseCode};
use crate::connection::{self, Guest};
use crate::server::access_log::Entry;

#[derive(Debug, Default)]
pub(super) struct Traffic {
    open: AtomicUsize,
    begun: AtomicU64,
}

/// A stream that counts as open until this is dropped, with its line in the access log until that is written.
#[derive(Debug)]
pub(super) struct Stream {
    traffic: Arc<Traffic>,
    entry: Mutex<Option<Box<Entry>>>,
}

/// What a WebSocket keeps of its stream.
#[derive(Debug)]
pub(super) struct Kept(pub(super) Arc<Stream>);

impl Traffic {
    pub(super) fn begin(self: &Arc<Self>, entry: Option<Box<Entry>>) -> Stream {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Stream { traffic: self.clone(), entry: Mutex::new(entry) }
    }

    /// Whether no stream has been open since this was asked the last time. What it leaves there is for the next time:
    /// how many streams had been opened, if none was open.
    pub(super) fn is_quiet_since(&self, last: &mut Option<u64>) -> bool {
        let none_is_open = self.open.load(Ordering::Relaxed) == 0;
        let now = none_is_open.then(|| self.begun.load(Ordering::Relaxed));
        std::mem::replace(last, now) == now && none_is_open
    }
}

impl Stream {
    /// The request is answered, and its stream goes on.
    pub(super) fn opened(&self) {
        if let Some(entry) = &mut *self.entry.lock().unwrap_or_else(PoisonError::into_inner) {
            entry.opened();
        }
    }

    /// The line, to be written now.
    pub(super) fn entry(&self) -> Option<Box<Entry>> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.traffic.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Guest for Kept {
    fn left(&mut self, traffic: connection::Traffic, code: CloseCode, cause: Cause) {
        if let Some(entry) = self.0.entry() {
            entry.over(traffic, code, cause);
        }
    }
}

/// A body whose stream is open until it is sent.
pub(super) fn counted(body: Body, stream: Arc<Stream>) -> Body {
    Body::new(Counted { body, _stream: stream })
}

struct Counted {
    body: Body,
    _stream: Arc<Stream>,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(task)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
