//! The header of a client's frame (section 5.2), checked byte by byte as it arrives.
//!
//! tungstenite's `FrameHeader::parse` wants the whole header before it looks, checks neither lengths nor
//! limits, and reads through a cursor; here the first wrong byte is the end.

use super::encode::{COMPRESSED, LAST_FRAME};
use crate::{limits::Limits, protocol::error::ProtocolError};

/// The most payload of a control frame.
pub(in crate::protocol) const MAX_CONTROL: usize = 125;

/// The bit of the second byte that says that a key follows.
pub(in crate::protocol) const MASKED: u8 = 0x80;

/// The first bytes of a message in one frame.
const WHOLE_TEXT: u8 = LAST_FRAME | Opcode::Text as u8;
const WHOLE_BINARY: u8 = LAST_FRAME | Opcode::Binary as u8;

/// The opcodes that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::protocol) enum Opcode {
    Continue = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
}

/// What a header says.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol) struct Header {
    pub(super) is_final: bool,
    /// It begins a compressed message.
    pub(super) is_compressed: bool,
    pub(in crate::protocol) opcode: Opcode,
    pub(super) key: [u8; 4],
    /// Bytes of the header itself.
    pub(in crate::protocol) size: usize,
    /// Bytes of the payload.
    pub(in crate::protocol) len: usize,
}

/// What a header is measured by. `DEFLATE`: messages may be compressed; known to the compiler, so that where they may
/// not nothing looks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Situation<'a, const DEFLATE: bool> {
    pub(super) limits: &'a Limits,
    /// A frame may come without a mask.
    pub(super) takes_unmasked: bool,
    /// The message that is open.
    pub(super) open: Option<Open>,
}

/// What has come of a message that is not complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Of a compressed message as they came.
    pub(super) bytes: u64,
    pub(super) frames: u32,
    pub(super) is_compressed: bool,
    /// It is handed on as it arrives.
    pub(super) is_streamed: bool,
}

impl Opcode {
    pub(in crate::protocol) const fn is_control(self) -> bool {
        self as u8 >= 0x8
    }
}

impl Header {
    /// That of what comes most: a message in one frame, neither compressed nor streamed, that lies whole in `input`
    /// and keeps within `limits`. `None` for all else, what is missing and what is wrong: [`parse`](Self::parse) tells.
    #[inline]
    pub(super) fn of_whole_message(input: &[u8], limits: &Limits) -> Option<Self> {
        let (opcode, is_streamed) = match *input.first()? {
            WHOLE_TEXT => (Opcode::Text, limits.streams.text),
            WHOLE_BINARY => (Opcode::Binary, limits.streams.binary),
            _ => return None,
        };
        let (len, key_at) = match *input.get(1)? {
            second @ MASKED..=0xfd => (usize::from(second & !MASKED), 2),
            0xfe => (usize::from(u16::from_be_bytes(*input[2..].first_chunk()?)), 4),
            _ => return None,
        };
        let is_minimal = key_at == 2 || len >= 126;
        let is_allowed =
            len <= limits.max_frame_size && len <= limits.max_message_size && limits.max_fragments > 0;
        let &key = input.get(key_at..)?.first_chunk()?;
        let size = key_at + 4;
        let is_whole = input.len() - size >= len;
        (is_whole && is_minimal && is_allowed && !is_streamed).then_some(Self {
            is_final: true,
            is_compressed: false,
            opcode,
            key,
            size,
            len,
        })
    }

    /// Reads the header at the front of `input`; `None` if its end is missing and the rest is in order.
    #[inline]
    pub(super) fn parse<const DEFLATE: bool>(
        input: &[u8],
        at: Situation<'_, DEFLATE>,
    ) -> Result<Option<Self>, ProtocolError> {
        let Some(&first) = input.first() else { return Ok(None) };
        let (is_final, opcode) = at.check_first(first)?;
        let is_compressed = DEFLATE && first & COMPRESSED != 0;
        let Some(&second) = input.get(1) else { return Ok(None) };
        at.check_second(second, opcode)?;
        let Some((len, key_at)) = payload_length(second, input)? else { return Ok(None) };
        let len = if opcode.is_control() {
            usize::from(second & 0x7f)
        } else {
            at.admit(opcode, is_compressed, len)?
        };
        if second & MASKED == 0 {
            return Ok(Some(Self { is_final, is_compressed, opcode, key: [0; 4], size: key_at, len }));
        }
        let Some(&key) = input.get(key_at..).and_then(<[u8]>::first_chunk) else { return Ok(None) };
        Ok(Some(Self { is_final, is_compressed, opcode, key, size: key_at + 4, len }))
    }
}

/// How long the frame at the front of `input` is, header and payload; `None` if that is not known yet.
/// The header has passed [`Header::parse`].
pub(super) fn frame_length(input: &[u8]) -> Option<u64> {
    let second = *input.get(1)?;
    let (len, key_at) = payload_length(second, input).ok()??;
    let key = if second & MASKED == 0 { 0 } else { 4 };
    Some(len + key_at as u64 + key)
}

impl<const DEFLATE: bool> Situation<'_, DEFLATE> {
    #[inline]
    fn check_first(self, byte: u8) -> Result<(bool, Opcode), ProtocolError> {
        if byte & 0x70 != 0 {
            check_reserved::<DEFLATE>(byte)?;
        }
        let is_final = byte & 0x80 != 0;
        let opcode = match byte & 0x0f {
            0x0 => Opcode::Continue,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            reserved => return Err(ProtocolError::ReservedOpcode(reserved)),
        };
        if opcode.is_control() {
            return if is_final { Ok((is_final, opcode)) } else { Err(ProtocolError::FragmentedControl) };
        }
        let frames = match (opcode, self.open) {
            (Opcode::Continue, None) => return Err(ProtocolError::UnexpectedContinuation),
            (Opcode::Continue, Some(open)) => open.frames,
            (_, Some(_)) => return Err(ProtocolError::ExpectedContinuation),
            (_, None) => 0,
        };
        let limit = self.limits.max_fragments;
        if frames < limit || self.is_streamed(opcode) {
            Ok((is_final, opcode))
        } else {
            Err(ProtocolError::TooManyFragments { limit })
        }
    }

    #[inline]
    fn check_second(self, byte: u8, opcode: Opcode) -> Result<(), ProtocolError> {
        if byte & MASKED == 0 && !self.takes_unmasked {
            return Err(ProtocolError::UnmaskedFrame);
        }
        if opcode.is_control() && usize::from(byte & 0x7f) > MAX_CONTROL {
            return Err(ProtocolError::ControlTooLong);
        }
        if opcode == Opcode::Close && byte & 0x7f == 1 {
            return Err(ProtocolError::CloseBodyOneByte);
        }
        Ok(())
    }

    /// Whether a data frame belongs to a message that is handed on as it arrives.
    #[inline]
    pub(super) fn is_streamed(self, opcode: Opcode) -> bool {
        match opcode {
            Opcode::Text => self.limits.streams.text,
            Opcode::Binary => self.limits.streams.binary,
            _ => self.open.is_some_and(|open| open.is_streamed),
        }
    }

    /// Whether a data frame of `len` bytes may come.
    #[inline]
    fn admit(self, opcode: Opcode, is_compressed: bool, len: u64) -> Result<usize, ProtocolError> {
        let received = self.open.map_or(0, |open| open.bytes);
        if is_compressed || DEFLATE && self.open.is_some_and(|open| open.is_compressed) {
            return self.within(opcode, received, compressed_max, len);
        }
        self.within(opcode, received, |limit| limit, len)
    }

    /// Whether `len` bytes more stay within the limits, or what `most` makes of them.
    #[inline]
    fn within(
        self,
        opcode: Opcode,
        received: u64,
        most: impl Fn(u64) -> u64,
        len: u64,
    ) -> Result<usize, ProtocolError> {
        if self.is_streamed(opcode) {
            let limit = self.limits.streams.max_size;
            return usize::try_from(len)
                .ok()
                .filter(|_| len <= most(limit).saturating_sub(received))
                .ok_or(ProtocolError::StreamTooBig { limit });
        }
        let limit = self.limits.max_frame_size;
        // Compared before it is narrowed: a length may exceed `usize`.
        let len = usize::try_from(len)
            .ok()
            .filter(|_| len <= most(limit as u64))
            .ok_or(ProtocolError::FrameTooBig { limit })?;
        let limit = self.limits.max_message_size;
        if len as u64 > most(limit as u64).saturating_sub(received) {
            return Err(ProtocolError::MessageTooBig { limit });
        }
        Ok(len)
    }
}

/// Only the bit of compressed messages may be set, where there are any, and on the first frame of one.
#[cold]
fn check_reserved<const DEFLATE: bool>(byte: u8) -> Result<(), ProtocolError> {
    if byte & 0x70 != COMPRESSED || !DEFLATE {
        Err(ProtocolError::ReservedBit)
    } else if byte & 0x0f == Opcode::Continue as u8 || byte & 0x08 != 0 {
        Err(ProtocolError::CompressedNotFirst)
    } else {
        Ok(())
    }
}

/// What a message of `limit` bytes may take compressed: what cannot be compressed gets longer, and a sender that flushes
/// often spends a few bytes each time. The limit itself holds for what is inflated.
const fn compressed_max(limit: u64) -> u64 {
    limit.saturating_add(limit / 8).saturating_add(1024)
}

/// The payload's length and where the key begins.
#[inline]
fn payload_length(second: u8, input: &[u8]) -> Result<Option<(u64, usize)>, ProtocolError> {
    let (len, shortest, key_at) = match second & 0x7f {
        126 => {
            let Some(&bytes) = input[2..].first_chunk() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(bytes)), 126, 4)
        }
        127 => {
            if input.get(2).is_some_and(|byte| byte & 0x80 != 0) {
                return Err(ProtocolError::LengthTopBit);
            }
            let Some(&bytes) = input[2..].first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(bytes), 1 << 16, 10)
        }
        short => return Ok(Some((u64::from(short), 2))),
    };
    if len < shortest { Err(ProtocolError::LengthNotMinimal) } else { Ok(Some((len, key_at))) }
}
