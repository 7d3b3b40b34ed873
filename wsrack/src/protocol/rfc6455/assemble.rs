//! A message that does not lie in one piece in the read buffer: put together as it arrives.

use bytes::{Buf, BytesMut};

use crate::protocol::{
    error::ProtocolError,
    event::{Event, Kind},
};

use super::{
    header::{Header, Open},
    mask,
    utf8::TextBuffer,
};

/// A message under construction.
#[derive(Debug)]
pub(super) struct Assembly {
    body: Body,
    frames: u32,
    frame: Frame,
}

/// The frame being received, or the last one that was.
#[derive(Debug, Default)]
struct Frame {
    is_final: bool,
    /// As it meets the next byte.
    key: [u8; 4],
    remaining: usize,
}

#[derive(Debug)]
enum Body {
    Text(TextBuffer),
    Binary(Vec<u8>),
    /// Handed on as it arrives; of text the end of the last piece is remembered.
    Stream(Stream),
}

#[derive(Debug)]
struct Stream {
    kind: Kind,
    bytes: u64,
    announced: bool,
    text: TextBuffer,
}

impl Assembly {
    pub(super) fn new(kind: Kind, is_streamed: bool) -> Self {
        let body = match kind {
            _ if is_streamed => {
                Body::Stream(Stream { kind, bytes: 0, announced: false, text: TextBuffer::default() })
            }
            Kind::Text => Body::Text(TextBuffer::default()),
            Kind::Binary => Body::Binary(Vec::new()),
        };
        Self { body, frames: 0, frame: Frame::default() }
    }

    /// Begins the next frame, whose payload follows.
    pub(super) fn begin(&mut self, header: &Header) {
        self.frames += 1;
        self.frame = Frame { is_final: header.is_final, key: header.key, remaining: header.len };
    }

    /// The next event of a message that is handed on as it arrives; `None` for any other, and where `input`
    /// has nothing more of it.
    pub(super) fn hand_on(&mut self, input: &mut BytesMut) -> Result<Option<Event>, ProtocolError> {
        let Body::Stream(stream) = &mut self.body else { return Ok(None) };
        if !std::mem::replace(&mut stream.announced, true) {
            return Ok(Some(Event::Start(stream.kind)));
        }
        let count = self.frame.remaining.min(input.len());
        if count == 0 {
            if !self.frame.is_final || self.frame.remaining > 0 {
                return Ok(None);
            }
            return if stream.text.is_complete() {
                Ok(Some(Event::End))
            } else {
                Err(ProtocolError::TruncatedUtf8)
            };
        }
        let mut piece = input.split_to(count);
        mask::apply(&mut piece, self.frame.key);
        if stream.kind == Kind::Text {
            stream.text.check(&piece)?;
        }
        stream.bytes += count as u64;
        self.frame.key = mask::advance(self.frame.key, count);
        self.frame.remaining -= count;
        Ok(Some(Event::Piece(piece.freeze())))
    }

    /// Takes what `input` has of the frame; whether the message is now complete.
    pub(super) fn absorb(&mut self, input: &mut BytesMut, max_size: usize) -> Result<bool, ProtocolError> {
        let count = self.frame.remaining.min(input.len());
        if count > 0 {
            let piece = &mut input[..count];
            mask::apply(piece, self.frame.key);
            // The last frame says how long the message is going to be.
            let most = if self.frame.is_final { self.len() + self.frame.remaining } else { max_size };
            self.body.push(piece, most)?;
            self.frame.key = mask::advance(self.frame.key, count);
            self.frame.remaining -= count;
            input.advance(count);
        }
        Ok(self.frame.is_final && self.frame.remaining == 0)
    }

    pub(super) fn finish(self) -> Result<Event, ProtocolError> {
        match self.body {
            Body::Text(text) => text.finish().map(Event::Text),
            Body::Binary(bytes) => Ok(Event::Binary(bytes.into())),
            Body::Stream(_) => Ok(Event::End),
        }
    }

    pub(super) fn open(&self) -> Open {
        let is_streamed = matches!(self.body, Body::Stream(_));
        let bytes = if let Body::Stream(stream) = &self.body { stream.bytes } else { self.len() as u64 };
        Open { bytes, frames: self.frames, is_streamed }
    }

    fn len(&self) -> usize {
        match &self.body {
            Body::Text(text) => text.len(),
            Body::Binary(bytes) => bytes.len(),
            Body::Stream(_) => 0,
        }
    }

    /// Payload bytes that the current frame still needs; 0 between two frames.
    pub(super) fn remaining(&self) -> usize {
        self.frame.remaining
    }

    pub(super) fn capacity(&self) -> usize {
        match &self.body {
            Body::Text(text) => text.capacity(),
            Body::Binary(bytes) => bytes.capacity(),
            Body::Stream(stream) => stream.text.capacity(),
        }
    }
}

impl Body {
    /// Appends `piece` to a message that will never be longer than `most`.
    fn push(&mut self, piece: &[u8], most: usize) -> Result<(), ProtocolError> {
        let room = |len, capacity, need| room(len, capacity, need, most);
        match self {
            Self::Text(text) => text.push(piece, room),
            Self::Binary(bytes) => {
                bytes.reserve_exact(room(bytes.len(), bytes.capacity(), piece.len()));
                bytes.extend_from_slice(piece);
                Ok(())
            }
            Self::Stream(_) => Ok(()),
        }
    }
}

/// How much to reserve beyond `len`: twice the memory each time it is full, but no more than is needed once
/// the whole length is known. A header that lies gets no memory for what it announces.
fn room(len: usize, capacity: usize, need: usize, most: usize) -> usize {
    if capacity - len >= need {
        return 0;
    }
    need.max(capacity.saturating_mul(2).min(most).saturating_sub(len))
}
