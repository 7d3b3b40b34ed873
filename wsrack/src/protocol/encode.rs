//! One encoder over the protocol families.

use bytes::BytesMut;

use crate::close::CloseCode;

use super::{
    event::Kind,
    rfc6455::{self, Opcode},
};

/// How a server writes for one client: a value to copy, with no state.
///
/// Clients with an equal `Wire` take the same bytes, so a message for many is encoded once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wire(Family);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Family {
    Rfc6455,
}

impl Wire {
    /// RFC 6455 (version 13) and the drafts with the same frames, hybi-07 on.
    pub const RFC6455: Self = Self(Family::Rfc6455);

    /// What stands before a message of `len` bytes, for a vectored write of header and payload.
    #[inline]
    pub fn header(self, kind: Kind, len: usize) -> WireHeader {
        let opcode = match kind {
            Kind::Text => Opcode::Text,
            Kind::Binary => Opcode::Binary,
        };
        self.frame_header(opcode, len)
    }

    /// What stands before `len` bytes of a message that is sent in parts.
    pub fn fragment_header(self, fragment: Fragment, len: usize) -> WireHeader {
        let mut header = match fragment {
            Fragment::First(kind) => self.header(kind, len),
            Fragment::Middle | Fragment::Last => self.frame_header(Opcode::Continue, len),
        };
        if fragment != Fragment::Last {
            header.bytes[0] &= !rfc6455::LAST_FRAME;
        }
        header
    }

    /// Appends a whole message to `out`.
    #[inline]
    pub fn message(self, kind: Kind, payload: &[u8], out: &mut BytesMut) {
        append(&self.header(kind, payload.len()), payload, out);
    }

    /// Appends a ping. Of `payload` the first 125 bytes are sent: a ping has no room for more.
    pub fn ping(self, payload: &[u8], out: &mut BytesMut) {
        self.control(Opcode::Ping, payload, out);
    }

    /// Appends a pong. Of `payload` the first 125 bytes are sent, which is all that a ping can hold.
    pub fn pong(self, payload: &[u8], out: &mut BytesMut) {
        self.control(Opcode::Pong, payload, out);
    }

    /// Appends a close frame.
    ///
    /// Always valid: a reason beyond 123 bytes is cut between two characters, and a code that
    /// [must not be sent](CloseCode::is_valid_on_wire) makes a frame without code and reason.
    pub fn close(self, close: Option<(CloseCode, &str)>, out: &mut BytesMut) {
        let mut body = [0; rfc6455::MAX_CONTROL];
        let mut len = 0;
        if let Some((code, reason)) = close.filter(|(code, _)| code.is_valid_on_wire()) {
            let reason = &reason[..reason.floor_char_boundary(rfc6455::MAX_CONTROL - 2)];
            len = 2 + reason.len();
            body[..2].copy_from_slice(&u16::from(code).to_be_bytes());
            body[2..len].copy_from_slice(reason.as_bytes());
        }
        self.control(Opcode::Close, &body[..len], out);
    }

    /// The most bytes that a message takes beyond its payload.
    pub const fn max_overhead(self) -> usize {
        match self.0 {
            Family::Rfc6455 => WireHeader::MAX,
        }
    }

    /// Whether the client can be sent binary messages.
    pub const fn supports_binary(self) -> bool {
        match self.0 {
            Family::Rfc6455 => true,
        }
    }

    /// Whether the client can be sent pings and pongs.
    pub const fn supports_ping(self) -> bool {
        match self.0 {
            Family::Rfc6455 => true,
        }
    }

    fn control(self, opcode: Opcode, payload: &[u8], out: &mut BytesMut) {
        let payload = &payload[..payload.len().min(rfc6455::MAX_CONTROL)];
        append(&self.frame_header(opcode, payload.len()), payload, out);
    }

    #[inline]
    fn frame_header(self, opcode: Opcode, len: usize) -> WireHeader {
        match self.0 {
            Family::Rfc6455 => {
                let (bytes, len) = rfc6455::server_header(opcode, len);
                WireHeader { bytes, len }
            }
        }
    }
}

/// A part of a message that is sent as several frames.
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
#[derive(Clone, Copy, Debug)]
pub struct WireHeader {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl WireHeader {
    /// The longest header that a server writes.
    pub const MAX: usize = rfc6455::MAX_SERVER_HEADER;
}

impl AsRef<[u8]> for WireHeader {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

#[inline]
fn append(header: &WireHeader, payload: &[u8], out: &mut BytesMut) {
    let header = header.as_ref();
    out.reserve(header.len() + payload.len());
    out.extend_from_slice(header);
    out.extend_from_slice(payload);
}
