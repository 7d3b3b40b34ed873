//! Messages that are compressed on their way into the queue.

use bytes::BytesMut;

use super::{Full, Outbox, State};
use crate::error::SendError;
use crate::protocol::{Compressor, Kind, Packing, Wire};

impl Outbox {
    /// How a message of `len` bytes is compressed, if it is.
    #[inline]
    pub(super) fn packing_for(&self, len: usize) -> Option<Packing> {
        self.wire.packing().filter(|_| len >= self.policy.compress_min)
    }

    #[inline(never)]
    pub(super) fn push_packed(
        &self,
        packing: Packing,
        kind: Kind,
        payload: &[u8],
        full: Full<'_>,
    ) -> Result<(), SendError> {
        if packing.takeover() {
            // One after the other, in the order of the queue, for each refers to those before it.
            return self.push(payload.len(), full, |state, wire| state.pack(packing, wire, kind, payload));
        }
        let mut frame = BytesMut::new();
        self.wire.message(kind, payload, &mut frame);
        self.push(frame.len(), full, |state, _| {
            state.count_message();
            state.target().push_frame(frame.freeze());
        })
    }

    /// The compressor for a message that is sent in parts; it comes back with
    /// [`give_compressor`](Self::give_compressor).
    pub(super) fn take_compressor(&self, state: &mut State) -> Option<Box<Compressor>> {
        let packing = self.wire.packing()?;
        if !packing.takeover() {
            return Some(Compressor::pooled(packing));
        }
        Some(state.cold().compressor.take().unwrap_or_else(|| Box::new(Compressor::new(packing))))
    }

    pub(super) fn give_compressor(&self, state: &mut State, compressor: Box<Compressor>) {
        if self.wire.packing().is_some_and(Packing::takeover) {
            state.cold().compressor = Some(compressor);
        } else {
            compressor.recycle();
        }
    }
}

impl State {
    /// Compresses with what was sent before. While a message is being sent in parts its compressor is not here: what
    /// waits behind it goes as it is.
    fn pack(&mut self, packing: Packing, wire: Wire, kind: Kind, payload: &[u8]) {
        self.count_message();
        let mut frame = BytesMut::new();
        let cold = self.cold();
        if cold.deferred.is_none() {
            let compressor = cold.compressor.get_or_insert_with(|| Box::new(Compressor::new(packing)));
            if wire.message_by(compressor, kind, payload, &mut frame).is_err() {
                cold.compressor = None;
            }
        }
        if frame.is_empty() {
            wire.uncompressed().message(kind, payload, &mut frame);
        }
        self.target().push_frame(frame.freeze());
    }
}
