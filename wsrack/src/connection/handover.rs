//! How our own server hands the stream over after the 101, past hyper's upgrade machinery.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::guest::Guest;
use super::io::Io;
use crate::env::Peer;
use crate::handshake::EarlyAnswer;

/// Left in each request's extensions by a server that owns the stream; an application claims it when it
/// answers with a 101.
#[derive(Clone)]
pub(crate) struct Handover(Arc<Line<dyn Send + Sync>>);

/// One stream, as long as its server reads requests from it: whose it is, and who claims it.
pub(crate) struct Line<S: ?Sized> {
    pub(crate) peer: Peer,
    /// The stream is one request's at a time, and goes over to the application that claims it.
    hands_over: bool,
    slot: Mutex<Slot>,
    /// What the server itself keeps about it: here, so that all of it is one allocation.
    pub(crate) server: S,
}

#[derive(Default)]
struct Slot {
    start: Option<Start>,
    takes_early: bool,
    early: Option<EarlyAnswer>,
}

/// Starts the connection, with what was read behind the request's head and what the server keeps with it.
pub(crate) type Start = Box<dyn FnOnce(Io, Bytes, Option<Box<dyn Guest>>) + Send>;

impl Handover {
    pub(crate) fn new<S: Send + Sync + 'static>(line: Arc<Line<S>>) -> Self {
        Self(line)
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.0.peer
    }

    /// Whether it can be claimed here.
    pub(super) fn hands_over(&self) -> bool {
        self.0.hands_over
    }

    pub(super) fn takes_early_answers(&self) -> bool {
        self.0.slot().takes_early
    }

    /// Says what is to run on the stream, and the answer where HTTP cannot write it.
    pub(super) fn claim(
        &self,
        early: Option<EarlyAnswer>,
        start: impl FnOnce(Io, Bytes, Option<Box<dyn Guest>>) + Send + 'static,
    ) {
        let mut slot = self.0.slot();
        slot.early = early;
        slot.start = Some(Box::new(start));
    }
}

impl<S> Line<S> {
    pub(crate) fn new(peer: Peer, server: S) -> Self {
        Self { peer, hands_over: true, slot: Mutex::default(), server }
    }

    /// Of a server that has many requests on a stream, and gives each its own by hyper's upgrade.
    #[cfg(feature = "http2")]
    pub(crate) fn of_many(peer: Peer, server: S) -> Self {
        Self { hands_over: false, ..Self::new(peer, server) }
    }
}

impl<S: ?Sized> Line<S> {
    /// Says whether the server writes an [`EarlyAnswer`] to the current request.
    pub(crate) fn take_early_answers(&self, takes: bool) {
        self.slot().takes_early = takes;
    }

    /// Whether an application awaits the stream.
    pub(crate) fn is_claimed(&self) -> bool {
        self.slot().start.is_some()
    }

    /// Whether it awaits it behind an [`EarlyAnswer`].
    pub(crate) fn has_early_answer(&self) -> bool {
        self.slot().early.is_some()
    }

    pub(crate) fn take_early_answer(&self) -> Option<EarlyAnswer> {
        self.slot().early.take()
    }

    /// What was claimed, for the server, when hyper is done with the stream.
    pub(crate) fn take(&self) -> Option<Start> {
        let mut slot = self.slot();
        slot.early = None;
        slot.start.take()
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handover")
    }
}
