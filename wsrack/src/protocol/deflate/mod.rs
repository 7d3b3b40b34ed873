//! permessage-deflate ([RFC 7692](https://www.rfc-editor.org/rfc/rfc7692)): the payload of a message is a piece of a
//! DEFLATE stream without its last four bytes.
//!
//! An end either forgets each message when it is over, and then one state serves a whole thread, or takes its context
//! over to the next, and then each connection has a state of its own.

mod compress;
mod inflate;
mod params;
mod scratch;

pub use compress::{Compressor, CompressorFailed};
pub(in crate::protocol) use inflate::Inflater;
pub use params::{Packing, Unpacking, WINDOW_BITS};

/// The end of a flushed DEFLATE stream, which is not sent (section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
