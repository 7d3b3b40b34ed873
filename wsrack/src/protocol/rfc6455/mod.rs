//! Frames of RFC 6455, the server's side.
//!
//! Ways through, by where a message lies:
//!
//! 1. whole and unfragmented in the input: unmasked there and split off;
//! 2. unfragmented, not yet whole, at most [`IN_PLACE_MAX`]: stays in the input, and what has arrived is
//!    unmasked and checked once;
//! 3. larger, or fragmented: moved into an [`Assembly`] as it arrives;
//! 4. streamed: split off piece by piece as it arrives, and nothing is kept;
//! 5. compressed: as 3 or 4, and inflated as it arrives.

mod assemble;
mod checked;
mod close_body;
mod encode;
mod header;
mod mask;
mod utf8;

use bytes::{Buf, Bytes, BytesMut};

use crate::limits::Limits;

use self::{assemble::Assembly, header::Situation};
use super::{
    deflate::{Inflater, Unpacking},
    error::ProtocolError,
    event::{Event, Kind},
};

pub(in crate::protocol) use self::{
    encode::{COMPRESSED, LAST_FRAME, MAX_SERVER_HEADER, append_message, close_body, server_header},
    header::{Header, MASKED, MAX_CONTROL, Opcode},
};

/// The largest payload that waits in the input until it is whole; with its header it fits 64 KiB.
pub(in crate::protocol) const IN_PLACE_MAX: usize = 64 * 1024 - 16;

/// The state of one client's stream of frames.
#[derive(Debug)]
pub(in crate::protocol) struct Decoder {
    /// A message that is being put together outside the input.
    message: Option<Box<Assembly>>,
    /// How much of the payload at the front of the input is unmasked.
    unmasked: u16,
    /// How many of those bytes, the last ones, begin a character that they do not end.
    begun: u8,
    takes_unmasked: bool,
    stage: Stage,
    /// Messages may be compressed, in this way.
    unpacking: Option<Unpacking>,
    /// What was inflated before, where messages refer to it, and none is being inflated.
    inflater: Option<Box<Inflater>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The input begins with a frame, or with more of the message that is being put together.
    Ready,
    /// The input begins with a frame of which a part has been seen.
    Partial,
    /// After a close frame or an error.
    Ended,
}

impl Decoder {
    pub(in crate::protocol) const fn new() -> Self {
        Self {
            message: None,
            unmasked: 0,
            begun: 0,
            takes_unmasked: false,
            stage: Stage::Ready,
            unpacking: None,
            inflater: None,
        }
    }

    pub(in crate::protocol) const fn with_deflate(unpacking: Unpacking) -> Self {
        let mut decoder = Self::new();
        decoder.unpacking = Some(unpacking);
        decoder
    }

    /// For frames that may come without a mask.
    pub(in crate::protocol) fn unmasked() -> Self {
        Self { takes_unmasked: true, ..Self::new() }
    }

    /// As [`decode`](Self::decode), for what comes most: a message in one frame that lies whole in the input. `None` for
    /// all else, and then nothing has been taken.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(in crate::protocol) fn decode_whole(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Option<Result<Event, ProtocolError>> {
        if self.stage != Stage::Ready || self.message.is_some() {
            return None;
        }
        let header = Header::of_whole_message(input, limits)?;
        let (frame, at) = split(&header, input);
        if header.opcode == Opcode::Binary {
            return Some(Ok(Event::Binary(payload(frame, at, at, header.key))));
        }
        Some(match checked::text(frame, at, at, header.key) {
            Ok(text) => Ok(Event::Text(text)),
            Err(bytes) => Err(self.broken(&bytes, input)),
        })
    }

    pub(in crate::protocol) fn decode(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Result<Option<Event>, ProtocolError> {
        if self.stage == Stage::Ended {
            input.clear();
            return Ok(None);
        }
        let result = match self.unpacking {
            None => self.next::<false>(input, limits),
            Some(_) => self.next::<true>(input, limits),
        };
        if matches!(result, Ok(Some(Event::Close(_))) | Err(_)) {
            self.end(input);
        }
        result
    }

    /// A text that is none ends it all.
    #[cold]
    fn broken(&mut self, text: &[u8], input: &mut BytesMut) -> ProtocolError {
        self.end(input);
        utf8::broken(text)
    }

    #[cold]
    fn end(&mut self, input: &mut BytesMut) {
        *self = Self { stage: Stage::Ended, ..Self::new() };
        input.clear();
    }

    pub(in crate::protocol) fn buffered(&self) -> usize {
        self.message.as_ref().map_or(0, |message| message.capacity())
    }

    pub(in crate::protocol) fn needed(&self, input: &[u8]) -> Option<u64> {
        match &self.message {
            Some(message) if message.remaining() > 0 => Some(message.remaining() as u64),
            _ => Some(header::frame_length(input)?.saturating_sub(input.len() as u64)),
        }
    }

    pub(in crate::protocol) fn is_idle(&self) -> bool {
        self.stage != Stage::Partial && self.message.is_none()
    }

    /// Reads the header at the front of `input` and leaves it there; `None` if its end is missing and the rest is
    /// in order. All frames before it have been taken.
    pub(in crate::protocol) fn peek(
        &self,
        input: &[u8],
        limits: &Limits,
    ) -> Result<Option<Header>, ProtocolError> {
        Header::parse(input, self.situation::<false>(limits))
    }

    fn next<const DEFLATE: bool>(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Result<Option<Event>, ProtocolError> {
        loop {
            if self.message.is_some()
                && let Some(event) = self.assemble(input, limits)?
            {
                return Ok(Some(event));
            }
            let situation = self.situation::<DEFLATE>(limits);
            let Some(header) = Header::parse(input, situation)? else {
                self.stage = if input.is_empty() { Stage::Ready } else { Stage::Partial };
                return Ok(None);
            };
            let is_whole = input.len() - header.size >= header.len;
            let is_streamed = !header.opcode.is_control() && situation.is_streamed(header.opcode);
            let in_place = header.opcode.is_control()
                || header.is_final
                    && situation.open.is_none()
                    && !is_streamed
                    && !header.is_compressed
                    && (is_whole || header.len <= IN_PLACE_MAX);
            if !in_place {
                self.begin_frame(&header, is_streamed, input);
            } else if is_whole {
                let unmasked = usize::from(self.unmasked);
                (self.unmasked, self.begun, self.stage) = (0, 0, Stage::Ready);
                return take(&header, unmasked, input);
            } else {
                return self.inspect(&header, input).map(|()| None);
            }
        }
    }

    #[inline]
    fn situation<'a, const DEFLATE: bool>(&self, limits: &'a Limits) -> Situation<'a, DEFLATE> {
        let open = self.message.as_ref().map(|message| message.open());
        Situation { limits, takes_unmasked: self.takes_unmasked, open }
    }

    /// Unmasks and checks what has arrived of a frame, and leaves it where it is.
    #[inline(never)]
    fn inspect(&mut self, header: &Header, input: &mut BytesMut) -> Result<(), ProtocolError> {
        let payload = &mut input[header.size..];
        let unmasked = usize::from(self.unmasked);
        let fresh = payload.get_mut(unmasked..).unwrap_or_default();
        mask::apply(fresh, mask::advance(header.key, unmasked));
        let unchecked = unmasked - usize::from(self.begun);
        let begun = match header.opcode {
            Opcode::Text => utf8::split(payload.get(unchecked..).unwrap_or_default())?.1.len(),
            Opcode::Close => close_body::check(payload).map(|()| 0)?,
            _ => 0,
        };
        (self.unmasked, self.begun) = (in_place(payload.len()), of_character(begun));
        self.stage = Stage::Partial;
        Ok(())
    }

    #[inline(never)]
    fn begin_frame(&mut self, header: &Header, is_streamed: bool, input: &mut BytesMut) {
        input.advance(header.size);
        self.stage = Stage::Ready;
        let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
        let message = self.message.get_or_insert_with(|| Box::new(Assembly::new(kind, is_streamed)));
        message.begin(header);
        if let Some(unpacking) = self.unpacking.filter(|_| header.is_compressed) {
            message.inflate_by(self.inflater.take().unwrap_or_else(|| Inflater::begin(unpacking)));
        }
    }

    /// Moves what has arrived into the message that is being put together; the message if it is complete.
    #[inline(never)]
    fn assemble(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        let Some(message) = &mut self.message else { return Ok(None) };
        if let Some(event) = message.hand_on(input, limits.streams.max_size)? {
            if event == Event::End {
                self.inflater = message.end_inflating().or(self.inflater.take());
                self.message = None;
            }
            return Ok(Some(event));
        }
        if message.open().is_streamed {
            return Ok(None);
        }
        if !message.absorb(input, limits.max_message_size)? {
            return Ok(None);
        }
        self.inflater = message.end_inflating().or(self.inflater.take());
        self.message.take().map(|message| message.finish()).transpose()
    }
}

/// Takes a frame that lies whole in `input`, and of whose payload so much is `unmasked`.
fn take(header: &Header, unmasked: usize, input: &mut BytesMut) -> Result<Option<Event>, ProtocolError> {
    let (frame, at) = split(header, input);
    let (masked, key) = (at + unmasked, mask::advance(header.key, unmasked));
    if header.opcode == Opcode::Text {
        let text = checked::text(frame, at, masked, key);
        return text.map(|text| Some(Event::Text(text))).map_err(|bytes| utf8::broken(&bytes));
    }
    let payload = payload(frame, at, masked, key);
    Ok(Some(match header.opcode {
        Opcode::Binary => Event::Binary(payload),
        Opcode::Ping => Event::Ping(payload),
        Opcode::Pong => Event::Pong(payload),
        Opcode::Close => Event::Close(close_body::parse(payload)?),
        Opcode::Text | Opcode::Continue => return Err(ProtocolError::UnexpectedContinuation),
    }))
}

/// Splits a frame off `input`, and says where its payload begins.
#[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
#[inline(always)]
fn split(header: &Header, input: &mut BytesMut) -> (BytesMut, usize) {
    if header.len > 0 {
        return (input.split_to(header.size + header.len), header.size);
    }
    // Splitting nothing off would still cost a reference to the buffer, and keep it.
    input.advance(header.size);
    (BytesMut::new(), 0)
}

/// The payload that begins at `at` and is masked from `masked` on.
#[inline]
fn payload(mut frame: BytesMut, at: usize, masked: usize, key: [u8; 4]) -> Bytes {
    mask::apply(frame.get_mut(masked..).unwrap_or_default(), key);
    let mut payload = frame.freeze();
    payload.advance(at);
    payload
}

#[expect(clippy::cast_possible_truncation, reason = "less than IN_PLACE_MAX")]
const fn in_place(count: usize) -> u16 {
    count as u16
}

#[expect(clippy::cast_possible_truncation, reason = "at most 3")]
const fn of_character(count: usize) -> u8 {
    count as u8
}
