//! Frames of hixie-75 and hixie-76: text between `00` and `ff`, and what is to be skipped with a length.
//!
//! A text has no length. It is a slice of the input where it lies there whole; otherwise it is moved out as it
//! arrives, up to the limit.

use bytes::{Buf, Bytes, BytesMut};

use crate::limits::Limits;

use super::{
    error::ProtocolError,
    event::{Event, Kind},
    replace::{self, Replacer},
};

/// The byte that begins a text.
pub(super) const BEGIN: u8 = 0x00;

/// The byte that ends a text: UTF-8 has no such byte.
pub(super) const END: u8 = 0xff;

/// The close of hixie-76, which has neither code nor reason.
pub(super) const CLOSE: [u8; 2] = [0xff, 0x00];

/// More bytes of a length than these make no sense, whatever they say: 63 bits.
const LENGTH_MAX: u8 = 9;

/// The state of one client's stream of frames.
#[derive(Debug)]
pub(super) struct Decoder {
    stage: Stage,
    /// `ff 00` is a close; in hixie-75 it is to be skipped like any other frame with a length.
    has_close: bool,
}

#[derive(Debug)]
enum Stage {
    /// A frame is to begin.
    Ready,
    Text(Collected),
    /// Text that is handed on as it arrives.
    Stream(Stream),
    /// In the length of a frame to be skipped.
    Length {
        kind: u8,
        digits: u8,
        value: u64,
    },
    Skip(u64),
    /// After a close or an error.
    Ended,
}

/// What has come of a text.
#[derive(Debug, Default)]
struct Collected(Vec<u8>);

#[derive(Debug, Default)]
struct Stream {
    bytes: u64,
    replacer: Replacer,
    is_ended: bool,
}

impl Decoder {
    pub(super) const fn new(has_close: bool) -> Self {
        Self { stage: Stage::Ready, has_close }
    }

    pub(super) fn decode(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Result<Option<Event>, ProtocolError> {
        let result = self.next(input, limits);
        if matches!(result, Ok(Some(Event::Close(_))) | Err(_)) {
            self.stage = Stage::Ended;
            input.clear();
        }
        result
    }

    pub(super) fn buffered(&self) -> usize {
        if let Stage::Text(text) = &self.stage { text.0.capacity() } else { 0 }
    }

    /// Only what is to be skipped has a length.
    pub(super) fn needed(&self, input: &[u8]) -> Option<u64> {
        if let Stage::Skip(left) = self.stage { Some(left.saturating_sub(input.len() as u64)) } else { None }
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(self.stage, Stage::Ready | Stage::Ended)
    }

    fn next(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        loop {
            match &mut self.stage {
                Stage::Ended => {
                    input.clear();
                    return Ok(None);
                }
                Stage::Text(text) => {
                    let text = text.take(input, text_limit(limits))?;
                    if text.is_some() {
                        self.stage = Stage::Ready;
                    }
                    return Ok(text.map(|text| Event::Text(replace::whole(&text))));
                }
                Stage::Stream(stream) => {
                    let event = stream.hand_on(input, limits.streams.max_size)?;
                    if event == Some(Event::End) {
                        self.stage = Stage::Ready;
                    }
                    return Ok(event);
                }
                Stage::Skip(left) => {
                    let count = usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
                    input.advance(count);
                    *left -= count as u64;
                    if *left > 0 {
                        return Ok(None);
                    }
                    self.stage = Stage::Ready;
                }
                Stage::Ready | Stage::Length { .. } => {
                    if !input.has_remaining() {
                        return Ok(None);
                    }
                    if let Some(event) = self.begin(input.get_u8(), limits)? {
                        return Ok(Some(event));
                    }
                }
            }
        }
    }

    /// Takes a byte of what stands before a text or before bytes to skip.
    fn begin(&mut self, byte: u8, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        let (kind, digits, value) = match self.stage {
            Stage::Length { kind, digits, value } => (kind, digits + 1, value << 7 | u64::from(byte & 0x7f)),
            _ if byte == BEGIN && limits.streams.text => {
                self.stage = Stage::Stream(Stream::default());
                return Ok(Some(Event::Start(Kind::Text)));
            }
            _ => {
                self.stage = match byte {
                    BEGIN => Stage::Text(Collected::default()),
                    0x80.. => Stage::Length { kind: byte, digits: 0, value: 0 },
                    reserved => return Err(ProtocolError::ReservedFrameType(reserved)),
                };
                return Ok(None);
            }
        };
        let limit = limits.max_frame_size;
        if value > limit as u64 || digits > LENGTH_MAX {
            return Err(ProtocolError::FrameTooBig { limit });
        }
        self.stage =
            if byte & 0x80 == 0 { Stage::Skip(value) } else { Stage::Length { kind, digits, value } };
        let closes = self.has_close && kind == 0xff && value == 0 && byte & 0x80 == 0;
        Ok(closes.then_some(Event::Close(None)))
    }
}

impl Collected {
    /// Takes what has come; the text when its end has.
    fn take(
        &mut self,
        input: &mut BytesMut,
        (limit, error): (usize, ProtocolError),
    ) -> Result<Option<Bytes>, ProtocolError> {
        let end = input.iter().position(|byte| *byte == END);
        let count = end.unwrap_or(input.len());
        let Self(text) = self;
        if text.len() + count > limit {
            return Err(error);
        }
        if end.is_some() && text.is_empty() {
            let whole = input.split_to(count).freeze();
            input.advance(1);
            return Ok(Some(whole));
        }
        if text.capacity() - text.len() < count {
            text.reserve_exact(count.max((text.capacity() * 2).min(limit) - text.len()));
        }
        text.extend_from_slice(&input[..count]);
        input.advance(count);
        if end.is_some() {
            input.advance(1);
            return Ok(Some(std::mem::take(text).into()));
        }
        Ok(None)
    }
}

impl Stream {
    fn hand_on(&mut self, input: &mut BytesMut, limit: u64) -> Result<Option<Event>, ProtocolError> {
        while !self.is_ended && !input.is_empty() {
            let end = input.iter().position(|byte| *byte == END);
            let piece = input.split_to(end.unwrap_or(input.len()));
            self.bytes += piece.len() as u64;
            if self.bytes > limit {
                return Err(ProtocolError::StreamTooBig { limit });
            }
            let mut piece = self.replacer.push(piece.freeze());
            if end.is_some() {
                input.advance(1);
                self.is_ended = true;
                if let Some(last) = self.replacer.finish() {
                    piece = [piece, last].concat().into();
                }
            }
            if !piece.is_empty() {
                return Ok(Some(Event::Piece(piece)));
            }
        }
        Ok(self.is_ended.then_some(Event::End))
    }
}

/// A text is one frame and one message: the smaller limit holds.
fn text_limit(limits: &Limits) -> (usize, ProtocolError) {
    let (frame, message) = (limits.max_frame_size, limits.max_message_size);
    if frame < message {
        (frame, ProtocolError::FrameTooBig { limit: frame })
    } else {
        (message, ProtocolError::MessageTooBig { limit: message })
    }
}
