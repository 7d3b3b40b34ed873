//! A message that does not lie in one piece in the read buffer: put together as it arrives.

use bytes::{Buf, Bytes, BytesMut};

use crate::protocol::{
    deflate::Inflater,
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
    /// Of a compressed message.
    inflater: Option<Box<Inflater>>,
    /// Bytes of a compressed message as they came.
    compressed: u64,
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
        Self { body, frames: 0, frame: Frame::default(), inflater: None, compressed: 0 }
    }

    /// Says that the message is compressed.
    pub(super) fn inflate_by(&mut self, inflater: Box<Inflater>) {
        self.inflater = Some(inflater);
    }

    /// After the whole message: what the next one needs of the inflater.
    pub(super) fn end_inflating(&mut self) -> Option<Box<Inflater>> {
        self.inflater.take().and_then(Inflater::end)
    }

    /// Begins the next frame, whose payload follows.
    pub(super) fn begin(&mut self, header: &Header) {
        self.frames += 1;
        self.frame = Frame { is_final: header.is_final, key: header.key, remaining: header.len };
    }

    /// The next event of a message that is handed on as it arrives; `None` for any other, and where `input`
    /// has nothing more of it.
    pub(super) fn hand_on(
        &mut self,
        input: &mut BytesMut,
        max_size: u64,
    ) -> Result<Option<Event>, ProtocolError> {
        let Body::Stream(stream) = &mut self.body else { return Ok(None) };
        if !std::mem::replace(&mut stream.announced, true) {
            return Ok(Some(Event::Start(stream.kind)));
        }
        loop {
            let is_last = self.frame.is_final && self.frame.remaining == 0;
            if let Some(inflater) = &mut self.inflater
                && let Some(piece) = inflater.pull(is_last)?
            {
                return stream.piece(piece, max_size).map(Some);
            }
            let count = self.frame.remaining.min(input.len());
            if count == 0 {
                return if is_last { stream.end().map(Some) } else { Ok(None) };
            }
            let mut piece = input.split_to(count);
            mask::apply(&mut piece, self.frame.key);
            self.frame.key = mask::advance(self.frame.key, count);
            self.frame.remaining -= count;
            match &mut self.inflater {
                None => return stream.piece(piece.freeze(), max_size).map(Some),
                Some(inflater) => {
                    self.compressed += count as u64;
                    inflater.push(piece);
                }
            }
        }
    }

    /// Takes what `input` has of the frame; whether the message is now complete.
    pub(super) fn absorb(&mut self, input: &mut BytesMut, max_size: usize) -> Result<bool, ProtocolError> {
        let count = self.frame.remaining.min(input.len());
        let piece = &mut input[..count];
        mask::apply(piece, self.frame.key);
        self.frame.key = mask::advance(self.frame.key, count);
        self.frame.remaining -= count;
        let is_last = self.frame.is_final && self.frame.remaining == 0;
        if let Some(inflater) = &mut self.inflater {
            self.compressed += count as u64;
            inflater.inflate(piece, is_last, |out| self.body.push_within(out, max_size))?;
        } else if count > 0 {
            // The last frame says how long the message is going to be.
            let rest = count + self.frame.remaining;
            let most = if self.frame.is_final { self.body.len() + rest } else { max_size };
            self.body.push(piece, most)?;
        }
        input.advance(count);
        Ok(is_last)
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
        let is_compressed = self.inflater.is_some();
        let bytes = match &self.body {
            _ if is_compressed => self.compressed,
            Body::Stream(stream) => stream.bytes,
            body => body.len() as u64,
        };
        Open { bytes, frames: self.frames, is_compressed, is_streamed }
    }

    /// Payload bytes that the current frame still needs; 0 between two frames.
    pub(super) fn remaining(&self) -> usize {
        self.frame.remaining
    }

    pub(super) fn capacity(&self) -> usize {
        let held = match &self.body {
            Body::Text(text) => text.capacity(),
            Body::Binary(bytes) => bytes.capacity(),
            Body::Stream(stream) => stream.text.capacity(),
        };
        held + self.inflater.as_ref().map_or(0, |inflater| inflater.pending())
    }
}

impl Stream {
    /// The next piece, checked.
    fn piece(&mut self, piece: Bytes, max_size: u64) -> Result<Event, ProtocolError> {
        let room = usize::try_from(max_size.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        self.bytes += piece.len() as u64;
        if self.kind == Kind::Text {
            self.text.check(&piece[..room.min(piece.len())])?;
        }
        if piece.len() > room {
            Err(ProtocolError::StreamTooBig { limit: max_size })
        } else {
            Ok(Event::Piece(piece))
        }
    }

    fn end(&self) -> Result<Event, ProtocolError> {
        if self.text.is_complete() { Ok(Event::End) } else { Err(ProtocolError::TruncatedUtf8) }
    }
}

impl Body {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Stream(_) => 0,
        }
    }

    /// Appends what was inflated, if the message stays within `limit`.
    fn push_within(&mut self, piece: &[u8], limit: usize) -> Result<(), ProtocolError> {
        let room = limit.saturating_sub(self.len());
        self.push(&piece[..room.min(piece.len())], limit)?;
        if piece.len() > room { Err(ProtocolError::MessageTooBig { limit }) } else { Ok(()) }
    }

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
