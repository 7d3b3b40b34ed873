//! A frame of an older draft becomes one of RFC 6455 where it lies: only the header is written anew, in the same
//! number of bytes.
//!
//! Where four bytes stand before the header, as in hybi-04 to hybi-06, they make room for the key behind it.

use crate::{
    limits::{Limits, Streams},
    protocol::{
        error::ProtocolError,
        rfc6455::{self, Opcode},
    },
};

use super::{
    mask::{Pad, Secret},
    rules::{BrokenText, LastFrame, Masking, Opcodes, Rules},
};

/// The longest header, with a key behind it.
const HEADER_MAX: usize = 14;

/// A frame whose header has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Bytes before the payload.
    pub(super) head: usize,
    /// Bytes of the payload.
    pub(super) payload: usize,
    /// Covers the payload.
    pub(super) pad: Pad,
    pub(super) opcode: Opcode,
    bytes: [u8; HEADER_MAX],
    rewritten: usize,
}

impl Frame {
    /// Reads the header at the front of `input`; `None` if its end is missing and the rest is in order.
    ///
    /// `is_text` says of what a continuation frame is a part.
    pub(super) fn read(
        input: &[u8],
        rules: Rules,
        secret: &Secret,
        is_text: bool,
        check: impl Fn(&[u8], &Limits) -> Result<Option<rfc6455::Header>, ProtocolError>,
        limits: &Limits,
    ) -> Result<Option<Self>, ProtocolError> {
        let front = if matches!(rules.masking, Masking::Sha1 | Masking::Frame) { 4 } else { 0 };
        let mut pad = match input.first_chunk() {
            Some(bytes) => Pad::new(rules.masking, *bytes, secret),
            None if front > 0 => return Ok(None),
            None => Pad::default(),
        };
        let there = (input.len() - front).min(HEADER_MAX);
        let mut bytes = [0; HEADER_MAX];
        bytes[..there].copy_from_slice(&input[front..][..there]);
        let mut past = pad;
        pad.apply(&mut bytes[..there]);
        if there == 0 {
            return Ok(None);
        }
        let opcode = rewrite_first(&mut bytes[0], rules)?;
        let limits = &effective(limits, rules, continues_text(opcode, is_text));
        if there > 1 && rules.opcodes == Opcodes::Old {
            if bytes[1] & rfc6455::MASKED != 0 {
                // What is wrong in the first byte goes first, also where both come at once.
                check(&bytes[..1], limits)?;
                return Err(ProtocolError::ReservedBit);
            }
            bytes[1] |= rfc6455::MASKED;
        }
        let size = header_size(bytes[1]);
        if rules.opcodes == Opcodes::Old && there >= size {
            // The key, so that the header is whole: of zeros, for the payload is covered otherwise.
            bytes[size..size + 4].fill(0);
        }
        let known = if rules.opcodes == Opcodes::Old && there >= size { size + 4 } else { there };
        let Some(header) = check(&bytes[..known], limits)? else { return Ok(None) };
        past.skip(size);
        let (head, rewritten) = match rules.masking {
            Masking::None => (size, 1),
            Masking::Sha1 | Masking::Frame => (size + 4, size + 4),
            Masking::Payload => (size + 4, 1),
        };
        Ok(Some(Self { head, payload: header.len, pad: past, opcode, bytes, rewritten }))
    }

    /// Writes the new header over the old one.
    pub(super) fn rewrite(&self, input: &mut [u8]) {
        input[..self.rewritten].copy_from_slice(&self.bytes[..self.rewritten]);
    }
}

/// Whether the message that a frame belongs to is text, or the one that it stands within.
pub(super) fn continues_text(opcode: Opcode, is_text: bool) -> bool {
    match opcode {
        Opcode::Text => true,
        Opcode::Binary => false,
        _ => is_text,
    }
}

/// The limits as the engine is to see them, to which replaced text is binary.
pub(super) fn effective(limits: &Limits, rules: Rules, is_text: bool) -> Limits {
    let mut limits = *limits;
    if rules.text == BrokenText::Replaced && is_text {
        limits.streams = Streams { binary: limits.streams.text, ..limits.streams };
    }
    limits
}

/// Turns the first byte of a header into what RFC 6455 would have. Text that may be broken becomes binary, so that
/// nobody checks it, and a close becomes a ping, so that nobody looks into its body.
fn rewrite_first(byte: &mut u8, rules: Rules) -> Result<Opcode, ProtocolError> {
    if *byte & 0x70 != 0 {
        return Err(ProtocolError::ReservedBit);
    }
    let opcode = opcode(*byte & 0x0f, rules.opcodes)?;
    let top = match rules.last {
        LastFrame::More => !*byte & 0x80,
        LastFrame::Fin => *byte & 0x80,
    };
    let rewritten = match opcode {
        Opcode::Text if rules.text == BrokenText::Replaced => Opcode::Binary,
        Opcode::Close => Opcode::Ping,
        other => other,
    };
    *byte = top | rewritten as u8;
    Ok(opcode)
}

fn opcode(number: u8, opcodes: Opcodes) -> Result<Opcode, ProtocolError> {
    match (opcodes, number) {
        (_, 0x0) => Ok(Opcode::Continue),
        (Opcodes::Old, 0x1) | (Opcodes::New, 0x8) => Ok(Opcode::Close),
        (Opcodes::Old, 0x2) | (Opcodes::New, 0x9) => Ok(Opcode::Ping),
        (Opcodes::Old, 0x3) | (Opcodes::New, 0xa) => Ok(Opcode::Pong),
        (Opcodes::Old, 0x4) | (Opcodes::New, 0x1) => Ok(Opcode::Text),
        (Opcodes::Old, 0x5) | (Opcodes::New, 0x2) => Ok(Opcode::Binary),
        (Opcodes::Old, reserved) => Err(ProtocolError::ReservedOldOpcode(reserved)),
        (Opcodes::New, reserved) => Err(ProtocolError::ReservedOpcode(reserved)),
    }
}

/// Bytes of a header without a key.
fn header_size(second: u8) -> usize {
    match second & 0x7f {
        126 => 4,
        127 => 10,
        _ => 2,
    }
}
