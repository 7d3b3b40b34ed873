//! One connection's bounded queue, and the cheap weak handle to it that handlers hold: [`Socket`].
//!
//! Senders encode under a short lock and leave; the connection takes the whole queue at once and writes
//! outside of the lock. The queue is counted in bytes until the peer's socket has taken them.

mod cold;
mod debug;
mod fragments;
mod notice;
mod packed;
mod policy;
mod queue;
mod signals;
mod socket;
mod taker;
mod topics;
mod watched;

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use tokio::sync::futures::OwnedNotified;

pub(crate) use self::cold::Cold;
pub(crate) use self::fragments::FragmentWriter;
pub use self::notice::Notice;
pub(crate) use self::policy::Policy;
use self::queue::COPY_MAX;
pub(crate) use self::queue::{Queue, SLICES};
pub(crate) use self::signals::Signals;
pub use self::socket::Socket;
pub(crate) use self::topics::{Encoded, Topics};
use crate::close::CloseCode;
use crate::draft::Draft;
use crate::error::SendError;
use crate::message::Outgoing;
use crate::options::SlowClient;
use crate::protocol::{Kind, Wire, WireHeader};

/// A peer that has not taken so many bytes lags behind.
const LAG: usize = 64 << 10;

/// A message is so large before it may hold the buffer that it was read into for as long as a peer likes.
const SHARE_MIN: usize = 32 << 10;

/// The queue of one connection and what else may be asked of it from outside.
#[derive(Debug)]
pub(crate) struct Outbox {
    id: u64,
    policy: Arc<Policy>,
    /// Bytes that the peer's socket has not taken. Written under the lock, read without.
    queued: AtomicUsize,
    /// The connection's task runs, or has been woken: no need to wake it (again).
    awake: AtomicBool,
    /// What the connection's task is to heed. Raised under the lock, looked at without.
    signals: AtomicU8,
    /// The last round trip in microseconds; [`u32::MAX`] before there was one.
    rtt: AtomicU32,
    wire: Wire,
    draft: Draft,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waker: Option<Waker>,
    queue: Option<Box<Queue>>,
    cold: Option<Box<Cold>>,
    phase: Phase,
    /// The peer's socket has refused bytes, and has taken none since.
    blocked: bool,
    /// Messages that were queued.
    sent: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    Closed,
    /// Closed since the peer took nothing for `send_timeout`.
    TimedOut,
}

impl Outbox {
    pub(crate) fn new(id: u64, draft: Draft, wire: Wire, policy: Arc<Policy>) -> Arc<Self> {
        Arc::new(Self {
            id,
            policy,
            queued: AtomicUsize::new(0),
            awake: AtomicBool::new(true),
            signals: AtomicU8::new(0),
            rtt: AtomicU32::new(u32::MAX),
            wire,
            draft,
            state: Mutex::default(),
        })
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// How many messages were queued for the peer so far.
    pub(crate) fn sent(&self) -> u32 {
        self.lock().sent
    }

    #[inline]
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn wire(&self) -> Wire {
        self.wire
    }

    /// Bytes that the peer's socket has not taken.
    pub(crate) fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    /// Whether what waits leaves room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.queued() < self.policy.settings.send_queue
    }

    /// Queues a message if there is room for it.
    fn send(&self, message: Outgoing<'_>, full: Full<'_>) -> Result<(), SendError> {
        self.message(message, None, full)
    }

    /// Queues a handler's reply: it is taken even where there is no room, for the connection handles no
    /// further message before there is room again. `received` is the message that it answers.
    #[inline]
    pub(crate) fn reply(&self, message: Outgoing<'_>, received: Option<&Bytes>) -> Result<(), SendError> {
        self.message(message, received, Full::Overrun)
    }

    #[inline]
    fn message(
        &self,
        message: Outgoing<'_>,
        received: Option<&Bytes>,
        full: Full<'_>,
    ) -> Result<(), SendError> {
        if self.policy.watched {
            return self.message_watched(message, received, full);
        }
        self.push_message(message, received, full)
    }

    #[inline]
    fn push_message(
        &self,
        message: Outgoing<'_>,
        received: Option<&Bytes>,
        full: Full<'_>,
    ) -> Result<(), SendError> {
        match message.parts() {
            (kind, payload) if payload.len() <= COPY_MAX => self.copy(kind, payload, full),
            _ => self.share(message, received, full),
        }
    }

    /// Queues a small message.
    fn copy(&self, kind: Kind, payload: &[u8], full: Full<'_>) -> Result<(), SendError> {
        self.supports(kind)?;
        if let Some(packing) = self.packing_for(payload.len()) {
            return self.push_packed(packing, kind, payload, full);
        }
        self.push(payload.len(), full, |state, wire| {
            state.count_message();
            wire.uncompressed().message(kind, payload, state.target().tail());
        })
    }

    /// Queues a large message. One that is a part of `received` is not copied.
    fn share(
        &self,
        message: Outgoing<'_>,
        received: Option<&Bytes>,
        full: Full<'_>,
    ) -> Result<(), SendError> {
        let (kind, payload) = message.parts();
        self.supports(kind)?;
        if let Some(packing) = self.packing_for(payload.len()) {
            return self.push_packed(packing, kind, payload, full);
        }
        // What waits long is not to hold all that was read with it, here or where it comes from.
        let copies = payload.len() < SHARE_MIN && self.queued() >= LAG;
        let bytes = match received.filter(|whole| contains(whole, payload)) {
            Some(received) if matches!(message, Outgoing::Lent(..)) => received.slice_ref(payload),
            _ => message.into_bytes(),
        };
        self.push(bytes.len(), full, |state, wire| {
            state.count_message();
            let bytes = if copies { Bytes::copy_from_slice(&bytes) } else { bytes };
            state.target().message(wire.uncompressed(), kind, bytes);
        })
    }

    /// Queues a message that many get, encoded once for all with this connection's [`Wire`].
    pub(crate) fn send_encoded(&self, encoded: &mut Encoded<'_>) -> Result<(), SendError> {
        let (kind, payload) = (encoded.message().kind(), encoded.message().as_bytes());
        self.supports(kind)?;
        if self.policy.watched {
            return self.encoded_watched(kind, payload, encoded);
        }
        self.push_encoded(kind, payload, encoded)
    }

    fn push_encoded(&self, kind: Kind, payload: &[u8], encoded: &mut Encoded<'_>) -> Result<(), SendError> {
        let packing = self.packing_for(payload.len());
        if let Some(own) = packing.filter(|packing| packing.takeover()) {
            return self.push_packed(own, kind, payload, Full::Refuse);
        }
        let bytes = encoded.for_wire(if packing.is_some() { self.wire } else { self.wire.uncompressed() });
        self.push(bytes.len(), Full::Refuse, |state, _| {
            state.count_message();
            state.target().share(bytes);
        })
    }

    /// Queues a control frame. It always finds room: the caller bounds how many there are.
    pub(crate) fn control(&self, len: usize, write: impl FnOnce(Wire, &mut Queue)) {
        // A control frame may stand between fragments, so it does not wait for their end.
        let _closed = self.push(len, Full::Overrun, |state, wire| write(wire, state.queue()));
    }

    #[inline]
    fn push(
        &self,
        len: usize,
        full: Full<'_>,
        write: impl FnOnce(&mut State, Wire),
    ) -> Result<(), SendError> {
        let mut state = self.lock();
        match state.phase {
            Phase::Open => {}
            Phase::Closed => return Err(SendError::Closed),
            Phase::TimedOut => return Err(SendError::Timeout),
        }
        let size = len + WireHeader::MAX;
        let queued = self.queued();
        let wakes = !matches!(full, Full::Overrun);
        if queued > 0 && queued + size > self.policy.settings.send_queue {
            match full {
                Full::Overrun => {}
                Full::Refuse => {
                    self.refuse(&mut state);
                    return Err(SendError::Full);
                }
                Full::Wait(room) => {
                    *room = Some(state.cold().wait_for_room());
                    return Err(SendError::Full);
                }
            }
        }
        write(&mut state, self.wire);
        self.queued.store(queued + size, Ordering::Relaxed);
        if wakes {
            self.wake(&state);
        }
        Ok(())
    }

    /// A message found no room. Only a peer that refuses bytes is slow; a burst from a handler that has not
    /// yielded is not the peer's fault.
    fn refuse(&self, state: &mut State) {
        state.cold().refused += 1;
        self.overflowed();
        if state.blocked && self.policy.settings.slow_client == SlowClient::Close {
            self.raise(state, Signals::SLOW);
        }
    }

    /// Raises signals for the connection's task.
    pub(crate) fn signal(&self, signals: Signals) {
        self.raise(&self.lock(), signals);
    }

    fn raise(&self, state: &State, signals: Signals) {
        self.signals.fetch_or(signals.bits(), Ordering::Relaxed);
        self.wake(state);
    }

    fn wake(&self, state: &State) {
        if !self.awake.swap(true, Ordering::AcqRel)
            && let Some(waker) = &state.waker
        {
            waker.wake_by_ref();
        }
    }

    fn close(&self, code: CloseCode, reason: &str) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.end(Phase::Closed);
            state.cold().close = Some((code, reason.into()));
            state.cold().wake_all();
            self.raise(&state, Signals::CLOSE);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().phase != Phase::Open
    }

    /// Runs `look` with the rarely used part, made where it is not there yet.
    pub(crate) fn with_cold<R>(&self, look: impl FnOnce(&mut Cold) -> R) -> R {
        look(self.lock().cold())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    #[inline]
    fn count_message(&mut self) {
        self.sent = self.sent.wrapping_add(1);
    }

    /// Where control frames go: into the queue, at once.
    fn queue(&mut self) -> &mut Queue {
        self.queue.get_or_insert_with(Queue::pooled)
    }

    /// Where messages go: the queue, or, while a fragmented message is being sent, behind it.
    #[inline]
    fn target(&mut self) -> &mut Queue {
        match &mut self.cold {
            Some(cold) if cold.deferred.is_some() => cold.deferred.get_or_insert_with(Queue::pooled),
            _ => self.queue.get_or_insert_with(Queue::pooled),
        }
    }

    fn cold(&mut self) -> &mut Cold {
        self.cold.get_or_insert_default()
    }
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    let (whole, part) = (whole.as_ptr_range(), part.as_ptr_range());
    whole.start <= part.start && part.end <= whole.end
}

/// What becomes of a message that finds no room.
enum Full<'a> {
    /// It is refused.
    Refuse,
    /// It is refused, and what ends when there is room is left here.
    Wait(&'a mut Option<OwnedNotified>),
    /// It is taken all the same: the connection's own task makes it, which bounds how many there are and
    /// looks at the queue before it sleeps, so nobody wakes it.
    Overrun,
}

/// What a peer's draft calls for, by kind of message.
impl Outbox {
    #[inline]
    fn supports(&self, kind: Kind) -> Result<(), SendError> {
        if kind == Kind::Text || self.wire.supports_binary() { Ok(()) } else { Err(SendError::Unsupported) }
    }
}

#[cfg(test)]
mod tests;
