//! One encoder over the protocol families.

use bytes::BytesMut;

use crate::{close::CloseCode, draft::Draft};

use super::{
    deflate::{Compressor, CompressorFailed, Packing},
    event::Kind,
    hixie, hybi,
    rfc6455::{self, Opcode},
};

/// How a server writes for one client: a value to copy, with no state.
///
/// Clients with an equal `Wire` take the same bytes, so a message for many is encoded once.
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::Draft;
/// use wsrack::protocol::{Kind, Wire};
///
/// let (mut today, mut old) = (BytesMut::new(), BytesMut::new());
/// Wire::RFC6455.message(Kind::Text, b"Hello", &mut today);
/// Wire::of(Draft::Hixie76).message(Kind::Text, b"Hello", &mut old);
/// assert_eq!((&today[..], &old[..]), (&b"\x81\x05Hello"[..], &b"\x00Hello\xff"[..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wire(Family, Option<Packing>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Family {
    Rfc6455,
    /// hybi-01 to hybi-12.
    Hybi(Draft),
    Hixie75,
    Hixie76,
}

impl Wire {
    /// RFC 6455, which is version 13.
    pub const RFC6455: Self = Self(Family::Rfc6455, None);

    /// That of a draft.
    pub const fn of(draft: Draft) -> Self {
        let family = match draft {
            Draft::Rfc6455 => Family::Rfc6455,
            Draft::Hixie75 => Family::Hixie75,
            Draft::Hixie76 => Family::Hixie76,
            hybi => Family::Hybi(hybi),
        };
        Self(family, None)
    }

    /// The same for a client that takes compressed messages, of a family that has them: the drafts have none.
    #[must_use]
    pub const fn with_packing(self, packing: Packing) -> Self {
        match self.0 {
            Family::Rfc6455 => Self(self.0, Some(packing)),
            Family::Hybi(_) | Family::Hixie75 | Family::Hixie76 => self,
        }
    }

    /// The same without compression. Any client takes that, message by message.
    #[must_use]
    pub const fn uncompressed(self) -> Self {
        Self(self.0, None)
    }

    /// How messages are compressed for the client.
    pub const fn packing(self) -> Option<Packing> {
        self.1
    }

    /// What stands before a message of `len` bytes, for a vectored write of header and payload. The payload is not
    /// compressed. [`trailer`](Self::trailer) stands behind it.
    #[inline]
    pub fn header(self, kind: Kind, len: usize) -> WireHeader {
        self.data_header(Fragment::First(kind), true, len)
    }

    /// What stands behind a message: in hixie-75 and hixie-76 a byte, else nothing.
    #[inline]
    pub const fn trailer(self) -> &'static [u8] {
        match self.0 {
            Family::Rfc6455 | Family::Hybi(_) => &[],
            Family::Hixie75 | Family::Hixie76 => &[hixie::END],
        }
    }

    /// What stands before `len` bytes of a message that is sent in parts. Behind the last part stands the
    /// [`trailer`](Self::trailer). Where [`Compressor::part`] has made the parts,
    /// [`compressed`](WireHeader::compressed) says so in the header of the first.
    pub fn fragment_header(self, fragment: Fragment, len: usize) -> WireHeader {
        self.data_header(fragment, fragment == Fragment::Last, len)
    }

    /// Appends a whole message to `out`. Binary to a client [that cannot be sent any](Self::supports_binary) would
    /// break the protocol: nothing is appended.
    ///
    /// It is compressed if the client takes compressed messages, each by itself (without takeover), and if it gets
    /// smaller; else not.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub fn message(self, kind: Kind, payload: &[u8], out: &mut BytesMut) {
        match (self.0, self.1) {
            (Family::Rfc6455, None) => rfc6455::append_message(kind, payload, out),
            _ => self.message_any(kind, payload, out),
        }
    }

    #[inline(never)]
    fn message_any(self, kind: Kind, payload: &[u8], out: &mut BytesMut) {
        if let Some(packing) = self.1.filter(|packing| !packing.takeover()) {
            self.packed(kind, payload, packing, out);
        } else if kind == Kind::Text || self.supports_binary() {
            append(&self.header(kind, payload.len()), payload, out);
            out.extend_from_slice(self.trailer());
        }
    }

    /// Appends a whole message to `out`, compressed by the connection's own compressor.
    ///
    /// # Errors
    ///
    /// Where compressing fails. Nothing is appended, and the compressor is of no more use; messages can still be sent
    /// without it.
    ///
    /// [`Compressor`] has an example.
    pub fn message_by(
        self,
        compressor: &mut Compressor,
        kind: Kind,
        payload: &[u8],
        out: &mut BytesMut,
    ) -> Result<(), CompressorFailed> {
        compressor
            .message(payload, |packed| append(&self.header(kind, packed.len()).compressed(), packed, out))
    }

    #[inline(never)]
    fn packed(self, kind: Kind, payload: &[u8], packing: Packing, out: &mut BytesMut) {
        let mut compressor = Compressor::pooled(packing);
        let appended = compressor.message(payload, |packed| {
            let gains = packed.len() < payload.len();
            if gains {
                append(&self.header(kind, packed.len()).compressed(), packed, out);
            }
            gains
        });
        match appended {
            Ok(true) => {}
            Ok(false) | Err(_) => append(&self.header(kind, payload.len()), payload, out),
        }
        if appended.is_ok() {
            compressor.recycle();
        }
    }

    /// Appends a ping. Of `payload` the first 125 bytes are sent: a ping has no room for more. Nothing is appended
    /// for a client that [knows no pings](Self::supports_ping), and so for a pong.
    pub fn ping(self, payload: &[u8], out: &mut BytesMut) {
        self.control(Opcode::Ping, payload, out);
    }

    /// Appends a pong. Of `payload` the first 125 bytes are sent, which is all that a ping can hold.
    pub fn pong(self, payload: &[u8], out: &mut BytesMut) {
        self.control(Opcode::Pong, payload, out);
    }

    /// Appends a close frame, if the draft [has one](Self::has_close).
    ///
    /// Always valid: a reason beyond 123 bytes is cut between two characters, and a code that
    /// [must not be sent](CloseCode::is_valid_on_wire), or that [the draft does not have](Self::has_code), makes a
    /// frame without code and reason.
    pub fn close(self, close: Option<(CloseCode, &str)>, out: &mut BytesMut) {
        let mut body = [0; rfc6455::MAX_CONTROL];
        let mut len = 0;
        match (self.0, close) {
            (Family::Rfc6455, Some((code, reason))) if code.is_valid_on_wire() => {
                len = rfc6455::close_body(code, reason, &mut body);
            }
            (Family::Hybi(draft), close) => len = hybi::close_body(draft, close, &mut body),
            (Family::Hixie76, _) => out.extend_from_slice(&hixie::CLOSE),
            (Family::Rfc6455 | Family::Hixie75, _) => {}
        }
        self.control(Opcode::Close, &body[..len], out);
    }

    /// Appends a close frame with the body that [`Codec::close_answer`](super::Codec::close_answer) tells.
    pub fn close_answer(self, body: &[u8], out: &mut BytesMut) {
        self.control(Opcode::Close, body, out);
    }

    /// The most bytes that a message takes beyond its payload.
    pub const fn max_overhead(self) -> usize {
        match self.0 {
            Family::Rfc6455 | Family::Hybi(_) => WireHeader::MAX,
            Family::Hixie75 | Family::Hixie76 => 2,
        }
    }

    /// Whether the client can be sent binary messages.
    #[inline]
    pub const fn supports_binary(self) -> bool {
        !matches!(self.0, Family::Hixie75 | Family::Hixie76)
    }

    /// Whether the client can be sent pings and pongs.
    pub const fn supports_ping(self) -> bool {
        !matches!(self.0, Family::Hixie75 | Family::Hixie76)
    }

    /// Whether there is a closing handshake: in all but hixie-75, where a side just ends the stream.
    pub const fn has_close(self) -> bool {
        !matches!(self.0, Family::Hixie75)
    }

    /// Whether the client can be told this close code, by whichever number its draft has for it.
    pub fn has_code(self, code: CloseCode) -> bool {
        match self.0 {
            Family::Rfc6455 => code.is_valid_on_wire(),
            Family::Hybi(draft) => hybi::code_on_wire(draft, code).is_some(),
            Family::Hixie75 | Family::Hixie76 => false,
        }
    }

    fn control(self, opcode: Opcode, payload: &[u8], out: &mut BytesMut) {
        let payload = &payload[..payload.len().min(rfc6455::MAX_CONTROL)];
        match self.0 {
            Family::Hixie75 | Family::Hixie76 => {}
            _ => append(&self.frame_header(opcode, true, payload.len()), payload, out),
        }
    }

    #[inline]
    fn data_header(self, fragment: Fragment, is_last: bool, len: usize) -> WireHeader {
        let opcode = match fragment {
            Fragment::First(Kind::Text) => Opcode::Text,
            Fragment::First(Kind::Binary) => Opcode::Binary,
            Fragment::Middle | Fragment::Last => Opcode::Continue,
        };
        self.frame_header(opcode, is_last, len)
    }

    #[inline]
    fn frame_header(self, opcode: Opcode, is_last: bool, len: usize) -> WireHeader {
        let (bytes, len) = match self.0 {
            Family::Rfc6455 => {
                let (mut bytes, len) = rfc6455::server_header(opcode, len);
                if !is_last {
                    bytes[0] &= !rfc6455::LAST_FRAME;
                }
                (bytes, len)
            }
            Family::Hybi(draft) => hybi::server_header(draft, opcode, is_last, len),
            Family::Hixie75 | Family::Hixie76 => {
                ([hixie::BEGIN; WireHeader::MAX], u8::from(opcode == Opcode::Text))
            }
        };
        WireHeader { bytes, len }
    }
}

/// A part of a message that is sent as several frames.
///
/// # Examples
///
/// ```
/// use wsrack::protocol::{Fragment, Kind, Wire};
///
/// let mut out = Vec::new();
/// for (fragment, part) in [(Fragment::First(Kind::Text), "Hel"), (Fragment::Last, "lo")] {
///     out.extend_from_slice(Wire::RFC6455.fragment_header(fragment, part.len()).as_ref());
///     out.extend_from_slice(part.as_bytes());
/// }
/// out.extend_from_slice(Wire::RFC6455.trailer());
/// assert_eq!(out, b"\x01\x03Hel\x80\x02lo");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// The first part, which names the kind.
    First(Kind),
    /// One more part.
    Middle,
    /// The last part, which may be empty.
    Last,
}

/// The bytes before a payload, held inline.
///
/// # Examples
///
/// One write of what lies in two places:
///
/// ```
/// use std::io::{IoSlice, Write};
/// use wsrack::protocol::{Kind, Wire};
///
/// let header = Wire::RFC6455.header(Kind::Text, 5);
/// let mut out = Vec::new();
/// out.write_vectored(&[IoSlice::new(header.as_ref()), IoSlice::new(b"Hello")])?;
/// assert_eq!(out, b"\x81\x05Hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WireHeader {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl WireHeader {
    /// The longest header that a server writes.
    pub const MAX: usize = rfc6455::MAX_SERVER_HEADER;

    /// The same for a payload that is compressed.
    #[must_use]
    pub fn compressed(mut self) -> Self {
        self.bytes[0] |= rfc6455::COMPRESSED;
        self
    }
}

impl AsRef<[u8]> for WireHeader {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

fn append(header: &WireHeader, payload: &[u8], out: &mut BytesMut) {
    out.reserve(WireHeader::MAX + payload.len());
    out.extend_from_slice(header.as_ref());
    out.extend_from_slice(payload);
}
