//! How our own server hands the stream over after the 101, past hyper's upgrade machinery.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::BytesMut;

use super::guest::Guest;
use super::io::Io;
use crate::env::Peer;
use crate::handshake::EarlyAnswer;

/// What a server that owns the stream hands on with each request; an application claims it when it answers with a 101.
pub(crate) struct Handover(Arc<Line<dyn Send + Sync>>);

/// A [`Handover`] among the extensions of a request. Who keeps those keeps nothing of the connection.
#[derive(Clone)]
pub(super) struct LeftHandover(Weak<Line<dyn Send + Sync>>);

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
    claim: Option<Box<dyn Claim>>,
    writes_answers: bool,
    answer: Option<OwnAnswer>,
}

/// What an application has accepted.
pub(crate) trait Claim: Send {
    /// Adds the bytes of the 101 to what the server is about to write.
    fn write_answer(&self, out: &mut BytesMut);

    /// Starts the connection, with what was read behind the request's head and what the server keeps with it.
    fn start(self: Box<Self>, io: Io, rest: &[u8], guest: Option<Box<dyn Guest>>);
}

/// An answer that the server writes itself, past hyper.
#[derive(Debug)]
pub(crate) enum OwnAnswer {
    /// HTTP cannot write it. Boxed: it is rare, and all others would have room for it.
    Early(Box<EarlyAnswer>),
    /// Nobody looks at it on its way, so it need not be a response first.
    Claimed,
}

impl Handover {
    pub(crate) fn new<S: Send + Sync + 'static>(line: Arc<Line<S>>) -> Self {
        Self(line)
    }

    /// The same to leave among a request's extensions.
    pub(super) fn leave(&self) -> LeftHandover {
        LeftHandover(Arc::downgrade(&self.0))
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.0.peer
    }

    /// Whether it can be claimed here.
    pub(super) fn hands_over(&self) -> bool {
        self.0.hands_over
    }

    /// Whether the server can write the answer itself.
    pub(super) fn writes_answers(&self) -> bool {
        self.0.slot().writes_answers
    }

    /// Says what is to run on the stream, and the answer where the server is to write it itself.
    pub(super) fn claim(&self, answer: Option<OwnAnswer>, claim: impl Claim + 'static) {
        let mut slot = self.0.slot();
        slot.answer = answer;
        slot.claim = Some(Box::new(claim));
    }
}

impl LeftHandover {
    /// Takes it up again, as long as the connection is there.
    pub(super) fn take_up(&self) -> Option<Handover> {
        self.0.upgrade().map(Handover)
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
    /// Says whether the server can write an [`OwnAnswer`] to the current request.
    pub(crate) fn write_answers(&self, writes: bool) {
        self.slot().writes_answers = writes;
    }

    /// Whether an application awaits the stream.
    pub(crate) fn is_claimed(&self) -> bool {
        self.slot().claim.is_some()
    }

    /// Whether it awaits it behind an [`OwnAnswer`].
    pub(crate) fn has_own_answer(&self) -> bool {
        self.slot().answer.is_some()
    }

    pub(crate) fn take_own_answer(&self) -> Option<OwnAnswer> {
        self.slot().answer.take()
    }

    /// What was claimed, for the server, when hyper is done with the stream.
    pub(crate) fn take(&self) -> Option<Box<dyn Claim>> {
        let mut slot = self.slot();
        slot.answer = None;
        slot.claim.take()
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
