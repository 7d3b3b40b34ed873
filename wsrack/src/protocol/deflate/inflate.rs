//! Inflating messages (section 7.2.2), a little at a time: who takes what comes out stops it when it is too much.

use std::cell::RefCell;
use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use flate2::{Decompress, FlushDecompress, Status};

use super::scratch::with_scratch;
use super::{TAIL, Unpacking, WINDOW_BITS};
use crate::protocol::error::ProtocolError;

/// Room for what comes out at once, at the least.
const CHUNK: usize = 32 << 10;

/// How many inflaters a thread keeps for connections that have none of their own.
const POOL: usize = 4;

thread_local! {
    #[expect(clippy::vec_box, reason = "a message that is being inflated holds the box")]
    static INFLATERS: RefCell<Vec<Box<Inflater>>> = const { RefCell::new(Vec::new()) };
}

/// Inflates one message after the other.
pub(in crate::protocol) struct Inflater {
    state: Decompress,
    unpacking: Unpacking,
    /// Of a message that is handed on as it arrives: what is not inflated yet.
    pending: BytesMut,
    /// Something came in since the message, or the stream, began.
    fed: bool,
    /// Something may come out although nothing is left to go in.
    full: bool,
    /// The end of the message has gone in.
    ended: bool,
}

impl Inflater {
    fn new(unpacking: Unpacking) -> Self {
        let state = Decompress::new_with_window_bits(false, unpacking.window_bits());
        Self { state, unpacking, pending: BytesMut::new(), fed: false, full: false, ended: false }
    }

    /// For a connection's first message: one of the thread's where that may be, or a new one.
    pub(in crate::protocol) fn begin(unpacking: Unpacking) -> Box<Self> {
        if unpacking.takeover() {
            return Box::new(Self::new(unpacking));
        }
        let pooled = INFLATERS.try_with(|pool| pool.borrow_mut().pop()).ok().flatten();
        // The largest window does for them all.
        pooled.unwrap_or_else(|| Box::new(Self::new(Unpacking::new(*WINDOW_BITS.end(), false))))
    }

    /// After a message: back if the connection needs it for the next one.
    pub(in crate::protocol) fn end(mut self: Box<Self>) -> Option<Box<Self>> {
        (self.fed, self.full, self.ended) = (false, false, false);
        self.pending = BytesMut::new();
        if self.unpacking.takeover() {
            return Some(self);
        }
        self.state.reset(false);
        // Gone only while the thread ends: then so may the inflater.
        let _ended = INFLATERS.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            if pool.len() < POOL {
                pool.push(self);
            }
        });
        None
    }

    /// Inflates the next piece of a message; the one that `is_last` completes it. What comes out goes to `take` in
    /// parts of at most 64 KiB, and an error of it is the end.
    pub(in crate::protocol) fn inflate(
        &mut self,
        mut piece: &[u8],
        is_last: bool,
        mut take: impl FnMut(&[u8]) -> Result<(), ProtocolError>,
    ) -> Result<(), ProtocolError> {
        with_scratch(|out| {
            loop {
                while !piece.is_empty() || self.full {
                    let stepped = self.step(&mut piece, out);
                    // What came out before an error may be wrong in itself, and that comes first.
                    take(out)?;
                    stepped?;
                }
                if !self.tail_is_due(is_last) {
                    return Ok(());
                }
                piece = &TAIL;
            }
        })
    }

    /// Adds a piece of a message that is handed on as it arrives; the one before is used up.
    pub(in crate::protocol) fn push(&mut self, piece: BytesMut) {
        self.pending = piece;
    }

    /// The next part of what was pushed, of at most 64 KiB; `None` where more must be pushed, or, after the last
    /// piece, where the message is complete.
    pub(in crate::protocol) fn pull(&mut self, is_last: bool) -> Result<Option<Bytes>, ProtocolError> {
        with_scratch(|out| {
            loop {
                if self.pending.is_empty() && !self.full {
                    if !self.tail_is_due(is_last) {
                        return Ok(None);
                    }
                    self.pending.extend_from_slice(&TAIL);
                }
                let mut pending = std::mem::take(&mut self.pending);
                let mut rest = &pending[..];
                let stepped = self.step(&mut rest, out);
                let taken = pending.len() - rest.len();
                pending.advance(taken);
                self.pending = pending;
                if out.is_empty() {
                    stepped?;
                } else {
                    // The state stays broken: an error comes again with the next part.
                    return Ok(Some(Bytes::copy_from_slice(out)));
                }
            }
        })
    }

    /// Bytes that were pushed and are not inflated.
    pub(in crate::protocol) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Whether what the sender took off the end is to go in now; once. A message without any bytes is an empty one, and
    /// after the end of a stream nothing is missing.
    fn tail_is_due(&mut self, is_last: bool) -> bool {
        is_last && std::mem::take(&mut self.fed) && !std::mem::replace(&mut self.ended, true)
    }

    /// Inflates from the front of `piece` into `out`, as far as it has room.
    fn step(&mut self, piece: &mut &[u8], out: &mut Vec<u8>) -> Result<(), ProtocolError> {
        out.clear();
        out.reserve(CHUNK);
        let before = self.state.total_in();
        let status = self.state.decompress_vec(piece, out, FlushDecompress::Sync);
        let status = status.map_err(|_| ProtocolError::NotDeflate)?;
        let taken = usize::try_from(self.state.total_in() - before).unwrap_or(usize::MAX);
        *piece = piece.get(taken..).unwrap_or_default();
        self.fed |= taken > 0;
        self.full = out.len() == out.capacity();
        if status == Status::StreamEnd {
            // A message may end a stream and begin another (section 7.2.3.4), which has nothing to refer to.
            self.state.reset(false);
            (self.fed, self.full) = (false, false);
        } else if taken == 0 && out.is_empty() && !piece.is_empty() {
            return Err(ProtocolError::NotDeflate);
        }
        Ok(())
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater").field("unpacking", &self.unpacking).finish_non_exhaustive()
    }
}
