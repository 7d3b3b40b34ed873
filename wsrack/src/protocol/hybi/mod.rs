//! Frames of hybi-01 to hybi-12, for the engine of RFC 6455 to read.
//!
//! The drafts differ from it in the header, in the mask, in what a close frame says and in what becomes of text that
//! is not UTF-8: [`rules`] has them as a table. So a frame's header is [rewritten](frame) where it lies, and the
//! engine does the rest: fragments, limits, control frames, streams.

mod close_body;
mod encode;
mod frame;
mod mask;
mod rules;

use bytes::{Bytes, BytesMut};

use crate::{draft::Draft, limits::Limits};

pub use self::mask::Secret;
pub(super) use self::{
    encode::{close_body, server_header},
    rules::code_on_wire,
};
use self::{
    frame::{Frame, continues_text, effective},
    mask::Pad,
    rules::{BrokenText, Masking, Rules},
};
use super::{
    error::ProtocolError,
    event::{Event, Kind},
    replace::{self, Replacer},
    rfc6455::{self, Opcode},
};

/// The state of one client's stream of frames.
#[derive(Debug)]
pub(super) struct Decoder {
    rules: Rules,
    secret: Secret,
    engine: rfc6455::Decoder,
    /// How many bytes of the frame at the front of the input, whose header is rewritten, the engine has not taken.
    ahead: u64,
    /// How many of them are unmasked.
    clear: u64,
    /// Unmasks the next.
    pad: Pad,
    is_close: bool,
    /// The message that is being received is text.
    is_text: bool,
    replacer: Replacer,
    stage: Stage,
    answer: Option<Bytes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Ready,
    /// The input begins with a header whose end has not come.
    Partial,
    /// A streamed message has been handed on, but for the word that it is complete.
    OwesEnd,
    /// After a close frame or an error.
    Ended,
}

impl Decoder {
    /// `secret` is hybi-04's.
    pub(super) fn new(draft: Draft, secret: Secret) -> Self {
        let rules = Rules::of(draft);
        let unmasked = rules.masking == Masking::None;
        Self {
            rules,
            secret,
            engine: if unmasked { rfc6455::Decoder::unmasked() } else { rfc6455::Decoder::new() },
            ahead: 0,
            clear: 0,
            pad: Pad::default(),
            is_close: false,
            is_text: false,
            replacer: Replacer::default(),
            stage: Stage::Ready,
            answer: None,
        }
    }

    pub(super) fn decode(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Result<Option<Event>, ProtocolError> {
        if self.stage == Stage::Ended {
            input.clear();
            return Ok(None);
        }
        let result = self.next(input, limits);
        if matches!(result, Ok(Some(Event::Close(_))) | Err(_)) {
            (self.stage, self.ahead) = (Stage::Ended, 0);
            self.engine = rfc6455::Decoder::new();
            input.clear();
        }
        result
    }

    pub(super) fn buffered(&self) -> usize {
        self.engine.buffered()
    }

    pub(super) fn needed(&self, input: &[u8]) -> Option<u64> {
        (self.ahead > 0).then(|| self.ahead.saturating_sub(input.len() as u64))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.ahead == 0 && !matches!(self.stage, Stage::Partial | Stage::OwesEnd) && self.engine.is_idle()
    }

    /// The body of the answer to the client's close frame.
    pub(super) fn close_answer(&self) -> Option<&[u8]> {
        self.answer.as_deref()
    }

    fn next(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        if self.stage == Stage::OwesEnd {
            self.stage = Stage::Ready;
            return Ok(Some(Event::End));
        }
        loop {
            match self.ask_engine(input, limits)? {
                Some(event) => {
                    if let Some(event) = self.translate(event)? {
                        return Ok(Some(event));
                    }
                }
                None if self.ahead > 0 => return Ok(None),
                None => {
                    if !self.begin_frame(input, limits)? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Shows the engine what has come of the frame at the front, and nothing behind it.
    fn ask_engine(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        let there = usize::try_from(self.ahead).map_or(input.len(), |ahead| ahead.min(input.len()));
        if let Some(covered) = usize::try_from(self.clear).ok().and_then(|clear| input.get_mut(clear..there))
        {
            self.pad.apply(covered);
            self.clear = self.clear.max(there as u64);
        }
        let behind = (there < input.len()).then(|| input.split_off(there));
        let event = self.engine.decode(input, &effective(limits, self.rules, self.is_text));
        let taken = (there - input.len()) as u64;
        self.ahead -= taken;
        self.clear = self.clear.saturating_sub(taken);
        if let Some(behind) = behind {
            input.unsplit(behind);
        }
        event
    }

    /// Rewrites the header at the front of the input, if it has come whole.
    fn begin_frame(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<bool, ProtocolError> {
        let check = |header: &[u8], limits: &Limits| self.engine.peek(header, limits);
        let Some(frame) = Frame::read(input, self.rules, &self.secret, self.is_text, check, limits)? else {
            self.stage = if input.is_empty() { Stage::Ready } else { Stage::Partial };
            return Ok(false);
        };
        frame.rewrite(input);
        self.stage = Stage::Ready;
        self.clear = frame.head as u64;
        self.ahead = frame.head as u64 + frame.payload as u64;
        self.pad = frame.pad;
        self.is_close = frame.opcode == Opcode::Close;
        self.is_text = continues_text(frame.opcode, self.is_text);
        Ok(true)
    }

    /// What the engine's event means in this draft; `None` where there is nothing to tell yet.
    fn translate(&mut self, event: Event) -> Result<Option<Event>, ProtocolError> {
        let replaces = self.is_text && self.rules.text == BrokenText::Replaced;
        Ok(Some(match event {
            Event::Ping(body) if self.is_close => {
                let (frame, answer) = close_body::parse(&body, self.rules)?;
                self.answer = Some(answer);
                Event::Close(frame)
            }
            Event::Binary(bytes) if replaces => Event::Text(replace::whole(&bytes)),
            Event::Start(_) if replaces => Event::Start(Kind::Text),
            Event::Piece(piece) if replaces => {
                let piece = self.replacer.push(piece);
                return Ok((!piece.is_empty()).then_some(Event::Piece(piece)));
            }
            Event::End if replaces => match self.replacer.finish() {
                Some(last) => {
                    self.stage = Stage::OwesEnd;
                    Event::Piece(last)
                }
                None => Event::End,
            },
            other => other,
        }))
    }
}
