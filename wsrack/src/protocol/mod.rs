//! The WebSocket protocol as bytes in, events out: no I/O, no clock, no tasks, no HTTP.
//!
//! Everything here begins after the handshake. [`Codec`] reads what a client sent, [`Wire`] writes what a
//! server sends; neither knows the other, and neither answers by itself: whoever drives them decides when
//! a pong or a close frame leaves.
//!
//! # The contract
//!
//! * Read from the client into a [`BytesMut`](bytes::BytesMut) and call [`Codec::decode`] **again and again
//!   until it says `Ok(None)`**; then read more. One call takes at most one event off the front.
//! * What `decode` leaves in the buffer belongs to a frame that is not complete. Keep those bytes in front
//!   of what is read next; they may move to another buffer, but must not change.
//! * Where the stream is cut makes no difference: any split of the same bytes gives the same events and
//!   the same error.
//! * `Ok(None)` also says that nothing is wrong so far: limits are checked on the header, before any payload
//!   is kept, and text at its first wrong byte, inside a frame or message that is still arriving too.
//! * An error, or [`Event::Close`], is the end. Later input is thrown away and `decode` says `Ok(None)`.
//!   Answer with a close frame ([`ProtocolError::close_code`] says which) and close the connection.
//! * Between events, [`Codec::is_idle`] tells whether the buffer can be given back,
//!   [`Codec::buffered`] what the codec holds itself, and [`Codec::needed`] how much to read.
//!
//! ```
//! use bytes::BytesMut;
//! use wsrack::Limits;
//! use wsrack::protocol::{Codec, Event, Kind, Wire};
//!
//! let mut codec = Codec::rfc6455();
//! let mut input = BytesMut::from(&b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"[..]);
//! let mut output = BytesMut::new();
//!
//! while let Some(event) = codec.decode(&mut input, &Limits::default())? {
//!     match event {
//!         Event::Text(text) => Wire::RFC6455.message(Kind::Text, text.as_bytes(), &mut output),
//!         Event::Binary(data) => Wire::RFC6455.message(Kind::Binary, &data, &mut output),
//!         Event::Ping(data) => Wire::RFC6455.pong(&data, &mut output),
//!         Event::Pong(_) => {}
//!         Event::Start(_) | Event::Piece(_) | Event::End => {} // only of kinds that `Limits::streams` names
//!         Event::Close(frame) => Wire::RFC6455.close(frame.as_ref().map(|f| (f.code, &*f.reason)), &mut output),
//!     }
//! }
//! assert_eq!(output, b"\x81\x05Hello"[..]);
//! # Ok::<(), wsrack::protocol::ProtocolError>(())
//! ```
//!
//! # Compression
//!
//! [`Codec::rfc6455_deflate`] also takes compressed messages (permessage-deflate, RFC 7692) and hands them on inflated:
//! limits and the check of text act on what comes out, while it comes out. [`Wire::with_packing`] compresses what is
//! sent. What the two ends agreed on is for the handshake to say.
//!
//! # Drafts
//!
//! [`Codec::new`] and [`Wire::of`] are for any [`Draft`](crate::Draft). Before hybi-10 text that is not UTF-8 is no
//! error: U+FFFD stands for what is wrong. Such a text may take three times the bytes that came.
//!
//! # Memory
//!
//! A frame that lies whole in the buffer is unmasked there and leaves as a slice of it, so it keeps the whole
//! buffer alive. Copied are text beyond ASCII of 256 bytes or more, which is faster to check that way, and
//! what arrives in pieces: every fragmented message, and a frame of 64 KiB or more not read in one go.
//! Such a message grows with what has arrived, never with what a header merely announces, to at most twice
//! that and never beyond [`Limits::max_message_size`](crate::Limits::max_message_size).

mod codec;
mod deflate;
mod encode;
mod error;
mod event;
mod hixie;
mod hybi;
mod replace;
mod rfc6455;

pub use codec::Codec;
pub use deflate::{Compressor, CompressorFailed, Packing, Unpacking, WINDOW_BITS};
pub use encode::{Fragment, Wire, WireHeader};
pub use error::ProtocolError;
pub use event::{CloseFrame, Event, Kind};
pub use hybi::Secret;

#[cfg(test)]
mod tests;
