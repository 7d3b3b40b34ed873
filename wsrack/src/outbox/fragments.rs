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
                self.compressor = outbox.defer_messages();
                Fragment::First(*self.kind.insert(part.kind()))
            }
            Some(kind) if kind == part.kind() => Fragment::Middle,
            Some(kind) => {
                let other = OtherKind { part: part.kind(), whole: kind };
                return Err(SendError::Encode(Box::new(other)));
            }
        };
        self.write(&outbox, fragment, part.as_bytes())
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
        let is_first = matches!(fragment, Fragment::First(_));
        let queued = match &mut self.compressor {
            None => outbox.fragment(fragment, false, part),
            Some(compressor) => {
                let mut packed = Vec::new();
                let done = compressor.part(part, fragment == Fragment::Last, &mut packed);
                done.map_err(|failed| SendError::Encode(Box::new(failed)))?;
                outbox.fragment(fragment, true, &packed)
            }
        };
        queued.inspect(|()| outbox.count_sent(u64::from(is_first), part.len()))
    }
}

impl Drop for FragmentWriter {
    fn drop(&mut self) {
        if self.kind.is_some()
            && let Ok(outbox) = self.socket.upgrade()
            && !outbox.is_within_message()
        {
            outbox.release_messages(self.compressor.take());
        }
    }
}

impl Outbox {
    fn fragment(&self, fragment: Fragment, is_packed: bool, part: &[u8]) -> Result<(), SendError> {
        self.push(part.len(), Full::Overrun, |state, wire| {
            if matches!(fragment, Fragment::First(_)) {
                state.count_message();
            }
            let header = wire.fragment_header(fragment, part.len());
            let begins_packed = is_packed && matches!(fragment, Fragment::First(_));
            let header = if begins_packed { header.compressed() } else { header };
            let tail = state.queue().tail();
            tail.extend_from_slice(header.as_ref());
            tail.extend_from_slice(part);
            let is_last = fragment == Fragment::Last;
            if is_last {
                tail.extend_from_slice(wire.trailer());
            }
            state.cold().within_message = !is_last;
            if is_last {
                // Not later: who closes in between has all of this sent before.
                state.release();
            }
        })
    }

    /// Whether a fragmented message has begun and not ended.
    pub(crate) fn is_within_message(&self) -> bool {
        self.lock().cold.as_ref().is_some_and(|cold| cold.within_message)
    }

    /// From now on messages wait; two fragmented messages at once do not happen, for a reply holds the turn.
    ///
    /// What is returned compresses the parts, where they are compressed.
    fn defer_messages(&self) -> Option<Box<Compressor>> {
        let mut state = self.lock();
        state.cold().deferred.get_or_insert_with(Queue::pooled);
        self.take_compressor(&mut state)
    }

    fn release_messages(&self, compressor: Option<Box<Compressor>>) {
        let mut state = self.lock();
        if let Some(compressor) = compressor {
            self.give_compressor(&mut state, compressor);
        }
        match state.phase {
            Phase::Open => state.release(),
            Phase::Closed | Phase::TimedOut => state.cold().deferred = None,
        }
    }
}

impl State {
    /// What waited for the end of a fragmented message waits no longer.
    fn release(&mut self) {
        match self.cold().deferred.take() {
            Some(deferred) if !deferred.is_empty() => self.queue().append(deferred),
            _ => {}
        }
    }
}
