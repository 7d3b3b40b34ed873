//! One message sent in parts.

use crate::error::SendError;
use crate::message::Message;
use crate::outbox::{Full, Outbox, Phase, Queue, Socket};
use crate::protocol::{Fragment, Kind};

/// Sends one message as fragments. Meanwhile other messages of the connection wait behind it, and control
/// frames go between. Dropping it ends the message as it is.
#[derive(Debug)]
pub(crate) struct FragmentWriter {
    socket: Socket,
    kind: Option<Kind>,
    finished: bool,
}

impl FragmentWriter {
    pub(super) fn new(socket: Socket) -> Self {
        Self { socket, kind: None, finished: false }
    }

    /// Queues the next part.
    pub(crate) fn push(&mut self, part: &Message) -> Result<(), SendError> {
        let outbox = self.socket.upgrade()?;
        let fragment = match self.kind {
            None => {
                outbox.supports(part.kind())?;
                outbox.defer_messages();
                Fragment::First(*self.kind.insert(part.kind()))
            }
            Some(_) => Fragment::Middle,
        };
        outbox.fragment(fragment, part.as_bytes())
    }

    /// Ends the message. One without any part is not sent.
    pub(crate) fn finish(mut self) -> Result<(), SendError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), SendError> {
        if self.kind.is_none() || std::mem::replace(&mut self.finished, true) {
            return Ok(());
        }
        let outbox = self.socket.upgrade()?;
        let ended = outbox.fragment(Fragment::Last, b"");
        outbox.release_messages();
        ended
    }
}

impl Drop for FragmentWriter {
    fn drop(&mut self) {
        // Closed meanwhile: then there is nothing to end.
        let _closed = self.end();
    }
}

impl Outbox {
    fn fragment(&self, fragment: Fragment, part: &[u8]) -> Result<(), SendError> {
        self.push(part.len(), Full::Overrun, |state, wire| {
            let tail = state.queue().tail();
            tail.extend_from_slice(wire.fragment_header(fragment, part.len()).as_ref());
            tail.extend_from_slice(part);
            let is_last = fragment == Fragment::Last;
            if is_last {
                tail.extend_from_slice(wire.trailer());
            }
            state.cold().within_message = !is_last;
        })
    }

    /// Whether a fragmented message has begun and not ended.
    pub(crate) fn is_within_message(&self) -> bool {
        self.lock().cold.as_ref().is_some_and(|cold| cold.within_message)
    }

    /// From now on messages wait; two fragmented messages at once do not happen, for a reply holds the turn.
    fn defer_messages(&self) {
        self.lock().cold().deferred.get_or_insert_with(Queue::pooled);
    }

    fn release_messages(&self) {
        let mut state = self.lock();
        if let Some(deferred) = state.cold().deferred.take()
            && state.phase == Phase::Open
        {
            state.queue().append(deferred);
        }
    }
}
