//! The header of a frame that a server sends: one frame a message, never masked.

use bytes::BytesMut;

use crate::{close::CloseCode, protocol::Kind};

use super::header::{MAX_CONTROL, Opcode};

/// The longest header of an unmasked frame.
pub(in crate::protocol) const MAX_SERVER_HEADER: usize = 10;

/// The bit of the first byte that marks a message's last frame: FIN.
pub(in crate::protocol) const LAST_FRAME: u8 = 0x80;

/// The bit of the first byte that marks a compressed message on its first frame: RSV1 (RFC 7692, section 6).
pub(in crate::protocol) const COMPRESSED: u8 = 0x40;

/// The header and its length.
#[inline]
pub(in crate::protocol) fn server_header(opcode: Opcode, len: usize) -> ([u8; MAX_SERVER_HEADER], u8) {
    let mut header = [0; MAX_SERVER_HEADER];
    header[0] = LAST_FRAME | opcode as u8;
    if let Ok(short @ 0..=125) = u8::try_from(len) {
        header[1] = short;
        (header, 2)
    } else if let Ok(medium) = u16::try_from(len) {
        header[1] = 126;
        header[2..4].copy_from_slice(&medium.to_be_bytes());
        (header, 4)
    } else {
        header[1] = 127;
        header[2..10].copy_from_slice(&(len as u64).to_be_bytes());
        (header, 10)
    }
}

/// Appends a whole message, uncompressed.
#[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
#[inline(always)]
pub(in crate::protocol) fn append_message(kind: Kind, payload: &[u8], out: &mut BytesMut) {
    let opcode = if kind == Kind::Text { Opcode::Text } else { Opcode::Binary };
    out.reserve(MAX_SERVER_HEADER + payload.len());
    // The common lengths as such, for which the compiler needs no call.
    match server_header(opcode, payload.len()) {
        ([first, second, ..], 2) => out.extend_from_slice(&[first, second]),
        ([first, second, third, fourth, ..], 4) => out.extend_from_slice(&[first, second, third, fourth]),
        (header, _) => out.extend_from_slice(&header),
    }
    out.extend_from_slice(payload);
}

/// Writes the body of a close frame; its length. The reason is cut between two characters where it has no room.
pub(in crate::protocol) fn close_body(code: CloseCode, reason: &str, body: &mut [u8; MAX_CONTROL]) -> usize {
    let reason = &reason[..reason.floor_char_boundary(MAX_CONTROL - 2)];
    let len = 2 + reason.len();
    body[..2].copy_from_slice(&u16::from(code).to_be_bytes());
    body[2..len].copy_from_slice(reason.as_bytes());
    len
}
