//! Compressing messages (section 7.2.1).

use std::cell::RefCell;
use std::fmt;

use flate2::{Compress, CompressError, Compression, FlushCompress};

use super::scratch::with_scratch;
use super::{Packing, TAIL};

/// How many compressors a thread keeps for connections that have none of their own: one for each size of window.
const POOL: usize = 8;

/// With less room a flush may be cut, and is then repeated.
const ROOM_MIN: usize = 16;

thread_local! {
    #[expect(clippy::vec_box, reason = "who sends a message in parts holds the box")]
    static COMPRESSORS: RefCell<Vec<Box<Compressor>>> = const { RefCell::new(Vec::new()) };
}

/// Compresses the messages of one connection, or, without takeover, of a whole thread.
///
/// Takes 217 to 328 KiB, by the window.
///
/// # Examples
///
/// With takeover, what was said before is only referred to:
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::protocol::{Compressor, Kind, Packing, Wire};
///
/// let mut compressor = Compressor::new(Packing::new(3, 15, true));
/// let (mut first, mut again) = (BytesMut::new(), BytesMut::new());
/// for out in [&mut first, &mut again] {
///     Wire::RFC6455.message_by(&mut compressor, Kind::Text, b"The quick brown fox", out)?;
/// }
/// assert!(again.len() < first.len());
/// # Ok::<(), wsrack::protocol::CompressorFailed>(())
/// ```
pub struct Compressor {
    state: Compress,
    packing: Packing,
    /// Something was compressed since the last reset.
    used: bool,
}

/// The compressor is of no more use. Only a defect in it can cause that.
///
/// Send the message as it is, and let the compressor go:
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::protocol::{Compressor, Kind, Wire};
///
/// fn append(compressor: &mut Option<Compressor>, text: &str, out: &mut BytesMut) {
///     let packed = compressor.as_mut().map(|it| Wire::RFC6455.message_by(it, Kind::Text, text.as_bytes(), out));
///     if !matches!(packed, Some(Ok(()))) {
///         *compressor = None;
///         Wire::RFC6455.message(Kind::Text, text.as_bytes(), out);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the compressor failed")]
pub struct CompressorFailed;

impl Compressor {
    /// A compressor that has seen nothing yet.
    pub fn new(packing: Packing) -> Self {
        let level = Compression::new(packing.level().into());
        let state = Compress::new_with_window_bits(level, false, packing.window_bits());
        Self { state, packing, used: false }
    }

    /// One of the thread's, or a new one. It has seen nothing yet.
    pub(crate) fn pooled(packing: Packing) -> Box<Self> {
        let pooled = COMPRESSORS.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            let fits = pool.iter().rposition(|compressor| compressor.packing == packing);
            fits.map(|place| pool.remove(place))
        });
        pooled.ok().flatten().unwrap_or_else(|| Box::new(Self::new(packing)))
    }

    /// Gives it back to the thread. The one that was used least of late gives way.
    pub(crate) fn recycle(mut self: Box<Self>) {
        self.forget();
        // Gone only while the thread ends: then so may the compressor.
        let _ended = COMPRESSORS.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            if pool.len() == POOL {
                pool.remove(0);
            }
            pool.push(self);
        });
    }

    /// Hands the payload of a frame that is a whole message to `take`.
    pub(in crate::protocol) fn message<R>(
        &mut self,
        payload: &[u8],
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, CompressorFailed> {
        if !self.packing.takeover() {
            self.forget();
        }
        with_scratch(|out| self.part(payload, true, out).map(|()| take(out)))
    }

    /// Appends the payload of a frame that is a part of a message to `out`. All that came so far can be inflated from
    /// it; the part that `is_last` ends the message.
    ///
    /// # Errors
    ///
    /// Where compressing fails, which only a defect can cause.
    pub fn part(&mut self, part: &[u8], is_last: bool, out: &mut Vec<u8>) -> Result<(), CompressorFailed> {
        let start = out.len();
        self.used = true;
        self.flush(part, out).map_err(|_| CompressorFailed)?;
        if is_last {
            if out[start..].ends_with(&TAIL) {
                out.truncate(out.len() - TAIL.len());
            }
            if out.len() == start {
                // Nothing is flushed twice, so this is the beginning of an empty block (section 7.2.3.6).
                out.push(0);
            }
        }
        Ok(())
    }

    fn flush(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), CompressError> {
        loop {
            if out.capacity() - out.len() < ROOM_MIN {
                out.reserve(ROOM_MIN.max(input.len() / 2));
            }
            let before = self.state.total_in();
            self.state.compress_vec(input, out, FlushCompress::Sync)?;
            let taken = self.state.total_in() - before;
            input = usize::try_from(taken).ok().and_then(|taken| input.get(taken..)).unwrap_or_default();
            if out.len() < out.capacity() {
                return Ok(());
            }
        }
    }

    fn forget(&mut self) {
        if std::mem::take(&mut self.used) {
            self.state.reset();
        }
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor").field("packing", &self.packing).finish_non_exhaustive()
    }
}
