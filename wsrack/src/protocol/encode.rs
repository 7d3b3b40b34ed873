//! One encoder over the protocol families.

use bytes::BytesMut;

use crate::close::CloseCode;

use super::{
    deflate::{Compressor, CompressorFailed, Packing},
    event::Kind,
    rfc6455::{self, Opcode},
};

/// How a server writes for one client: a value to copy, with no state.
///
/// Clients with an equal `Wire` take the same bytes, so a message for many is encoded once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wire(Family, Option<Packing>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Family {
    Rfc6455,
}

impl Wire {
    /// RFC 6455 (version 13) and the drafts with the same frames, hybi-07 on.
    pub const RFC6455: Self = Self(Family::Rfc6455, None);

    /// The same for a client that takes compressed messages, of a family that has them.
    #[must_use]
    pub const fn with_packing(self, packing: Packing) -> Self {
        match self.0 {
            Family::Rfc6455 => Self(self.0, Some(packing)),
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
    /// compressed.
    #[inline]
    pub fn header(self, kind: Kind, len: usize) -> WireHeader {
        let opcode = match kind {
            Kind::Text => Opcode::Text,
            Kind::Binary => Opcode::Binary,
        };
        self.frame_header(opcode, len)
    }

    /// What stands before `len` bytes of a message that is sent in parts. Where [`Compressor::part`] has made them,
    /// [`compressed`](WireHeader::compressed) says so in the header of the first.
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
    ///
    /// It is compressed if the client takes compressed messages, each by itself (without takeover), and if it gets
    /// smaller; else not.
    #[inline]
    pub fn message(self, kind: Kind, payload: &[u8], out: &mut BytesMut) {
        if let Some(packing) = self.1.filter(|packing| !packing.takeover()) {
            self.packed(kind, payload, packing, out);
        } else {
            append(&self.header(kind, payload.len()), payload, out);
        }
    }

    /// Appends a whole message to `out`, compressed by the connection's own compressor.
    ///
    /// # Errors
    ///
    /// Where compressing fails. Nothing is appended, and the compressor is of no more use; messages can still be sent
    /// without it.
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

#[inline]
fn append(header: &WireHeader, payload: &[u8], out: &mut BytesMut) {
    let header = header.as_ref();
    out.reserve(header.len() + payload.len());
    out.extend_from_slice(header);
    out.extend_from_slice(payload);
}
