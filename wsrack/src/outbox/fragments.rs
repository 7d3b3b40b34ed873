//! One message sent in parts.

use thiserror::Error as ThisError;

use crate::error::SendError;
use crate::message::Message;
use crate::outbox::{Cold, Full, Outbox, Phase, Queue, Socket, State};
use crate::protocol::{Compressor, Fragment, Kind};

/// Sends one message as fragments. Meanwhile other messages of the connection wait behind it, and control
/// frames go between.
///
/// Dropped before its end, it leaves the message cut, for the peer must not take it for a whole one: messages go on to
/// wait, and the connection has to close ([`Outbox::is_within_message`]).
#[derive(Debug)]
pub(crate) struct FragmentWriter {
    socket: Socket,
    kind: Option<Kind>,
    compressor: Option<Box<Compressor>>,
}

/// A part of another kind than those before it.
#[derive(Debug, ThisError)]
#[error("it is {part}, and the fragments before it are {whole}")]
struct OtherKind {
    part: Kind,
    whole: Kind,
}

impl FragmentWriter {
    pub(super) fn new(socket: Socket) -> Self {
        Self { socket, kind: None, compressor: None }
    }

    /// Queues the next part, of the same kind as the first.
    pub(crate) fn push(&mut self, part: &Message) -> Result<(), SendError> {
        let outbox = self.socket.upgrade()?;
        let fragment = match self.kind {
            None => {
                outbox.supports(part.kind())?;
                self.begin(&outbox, part.kind());
                Fragment::First(part.kind())
            }
            Some(kind) if kind == part.kind() => Fragment::Middle,
            Some(kind) => {
                let other = OtherKind { part: part.kind(), whole: kind };
                return Err(SendError::Encode(Box::new(other)));
            }
        };
        self.write(&outbox, fragment, part.as_bytes())
    }

    pub(super) fn begin(&mut self, outbox: &Outbox, kind: Kind) {
        self.kind = Some(kind);
        self.compressor = outbox.defer_messages();
    }

    /// Waits until the queue has room for more parts. The messages that wait for the end of this one take none
    /// of it: they would wait for each other.
    pub(crate) async fn room(&self) -> Result<(), SendError> {
        self.socket.room_beside(Cold::deferred_len).await
    }

    /// Ends the message. One without any part is not sent.
    pub(crate) fn finish(mut self) -> Result<(), SendError> {
        if self.kind.is_none() {
            return Ok(());
        }
        let outbox = self.socket.upgrade()?;
        self.write(&outbox, Fragment::Last, b"")
    }

    pub(super) fn write(
        &mut self,
        outbox: &Outbox,
        fragment: Fragment,
        part: &[u8],
    ) -> Result<(), SendError> {
        let mut packed = Vec::new();
        let bytes = match &mut self.compressor {
            None => part,
            Some(compressor) => {
                if let Err(failed) = compressor.part(part, fragment == Fragment::Last, &mut packed) {
                    // What it has seen is not what the peer will see.
                    self.compressor = None;
                    return Err(SendError::Encode(Box::new(failed)));
                }
                &packed
            }
        };
        let is_first = matches!(fragment, Fragment::First(_));
        let queued = outbox.fragment(fragment, bytes, &mut self.compressor);
        queued.inspect(|()| outbox.count_sent(u64::from(is_first), part.len()))
    }
}

impl Drop for FragmentWriter {
    /// A message that has not begun, for its first part could not be sent, holds nobody up.
    fn drop(&mut self) {
        if self.kind.is_some()
            && let Ok(outbox) = self.socket.upgrade()
        {
            let mut state = outbox.lock();
            if !state.is_within_message() {
                outbox.release(&mut state, self.compressor.take());
            }
        }
    }
}

impl Outbox {
    /// Queues a part; with the last one the compressor of the parts comes back.
    fn fragment(
        &self,
        fragment: Fragment,
        part: &[u8],
        compressor: &mut Option<Box<Compressor>>,
    ) -> Result<(), SendError> {
        self.push(part.len(), Full::Overrun, |state, wire| {
            let (is_first, is_last) = (matches!(fragment, Fragment::First(_)), fragment == Fragment::Last);
            if is_first {
                state.count_message();
            }
            let header = wire.fragment_header(fragment, part.len());
            let header = if is_first && compressor.is_some() { header.compressed() } else { header };
            let tail = state.queue().tail();
            tail.extend_from_slice(header.as_ref());
            tail.extend_from_slice(part);
            if is_last {
                tail.extend_from_slice(wire.trailer());
            }
            state.cold().within_message = !is_last;
            if is_last {
                self.release(state, compressor.take());
            }
        })
    }

    /// Whether a fragmented message has begun and not ended.
    pub(crate) fn is_within_message(&self) -> bool {
        self.lock().is_within_message()
    }

    /// From now on messages wait; two fragmented messages at once do not happen, for a reply holds the turn.
    ///
    /// What is returned compresses the parts, where they are compressed.
    fn defer_messages(&self) -> Option<Box<Compressor>> {
        let mut state = self.lock();
        state.cold().deferred.get_or_insert_with(Queue::pooled);
        self.take_compressor(&mut state)
    }

    /// What waited for a message in parts waits no longer. Its compressor comes back under the same lock: a message in
    /// between would have one of its own, and the peer knows of one only.
    fn release(&self, state: &mut State, compressor: Option<Box<Compressor>>) {
        if let Some(compressor) = compressor {
            self.give_compressor(state, compressor);
        }
        state.release();
    }
}

impl State {
    /// Nothing more is taken; what has been is sent before the close, unless it waits for a message that is cut.
    pub(super) fn end(&mut self, phase: Phase) {
        self.phase = phase;
        if !self.is_within_message() {
            self.release();
        }
    }

    fn is_within_message(&self) -> bool {
        self.cold.as_ref().is_some_and(|cold| cold.within_message)
    }

    fn release(&mut self) {
        let deferred = self.cold.as_mut().and_then(|cold| cold.deferred.take());
        if let Some(deferred) = deferred.filter(|deferred| !deferred.is_empty()) {
            self.queue().append(deferred);
        }
    }
}
