//! Each codec: any bytes in any pieces give the events that they give whole, within the limits and in bounded memory.

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use wsrack::__fuzz::{Codec, Event, ProtocolError, Secret, Unpacking};
use wsrack::{Draft, Limits, Streams};

use crate::client::{Client, Frame, KEY, Length};
use crate::pieces::pieces;

const NONCE: &str = "H+cNj5elaybfGIQv1esl2w==";

/// What the codec may leave in the buffer: 64 KiB and a header with its mask.
const LEFT_MAX: usize = (64 << 10) + 14;

/// More is not moved for each piece, which would take too long.
const MOVED_MAX: usize = 1 << 10;

/// No frame begins behind so many.
const BYTES_MAX: usize = 100_000;

/// A vector does not grow by less.
const HELD_MIN: usize = 8;

/// How an input is read: its first eight bytes.
#[derive(Clone, Copy, Debug, Arbitrary)]
struct Plan {
    codec: u8,
    limits: u8,
    streams: u8,
    structured: u8,
    seed: u32,
}

/// A frame that may be right or wrong.
#[derive(Debug, Arbitrary)]
struct Sketch {
    /// The last-frame bit, and the opcode.
    first: u8,
    /// Reserved bits where it is 0, and an odd length where it is 1 or 2.
    oddity: u8,
    key: [u8; 4],
    payload: Payload,
}

#[derive(Debug, Arbitrary)]
enum Payload {
    Bytes(Vec<u8>),
    Text(String),
    Filled { byte: u8, len: u16, more: bool },
}

type Decoded = (Vec<Event>, Option<ProtocolError>);

pub fn run(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let Ok(plan) = input.arbitrary::<Plan>() else { return };
    let bytes = if plan.structured % 2 == 0 {
        input.take_rest().to_vec()
    } else {
        let Ok(frames) = Vec::<Sketch>::arbitrary_take_rest(input) else { return };
        plan.encode(&frames)
    };
    let limits = plan.limits();
    let whole = plan.decode([&bytes[..]], &limits);
    let cut = plan.decode(pieces(&bytes, plan.seed), &limits);
    assert_eq!(cut.1, whole.1, "{plan:?}: {:x?}", bytes);
    // Of a stream that fails more or less has been handed on before.
    if limits.streams == Streams::NONE || whole.1.is_none() {
        assert_eq!(cut.0, whole.0, "{plan:?}: {:x?}", bytes);
    }
    whole.0.iter().for_each(|event| plan.check(event, &limits));
}

impl Plan {
    /// The eleven drafts, and RFC 6455 with two kinds of compression.
    fn draft(self) -> Draft {
        Draft::ALL.get(usize::from(self.codec % 13)).copied().unwrap_or(Draft::Rfc6455)
    }

    fn new_codec(self) -> Codec {
        match self.codec % 13 {
            11 => Codec::rfc6455_deflate(Unpacking::new(15, false)),
            12 => Codec::rfc6455_deflate(Unpacking::new(9 + self.codec / 13 % 7, true)),
            _ => Codec::new(self.draft(), Secret::new(KEY, NONCE)),
        }
    }

    fn limits(self) -> Limits {
        let (message, frame, fragments) = match self.limits % 4 {
            0 => (1 << 20, 1 << 20, 4096),
            1 => (1000, 500, 4),
            2 => (100_000, 70_000, 100),
            _ => (1, 1, 1),
        };
        let max_size = if self.streams & 4 == 0 { 100_000 } else { 100 };
        let (text, binary) = (self.streams & 1 != 0, self.streams & 2 != 0);
        let streams = if text || binary { Streams { text, binary, max_size } } else { Streams::NONE };
        Limits { max_message_size: message, max_frame_size: frame, max_fragments: fragments, streams }
    }

    fn encode(self, frames: &[Sketch]) -> Vec<u8> {
        let client = Client::new(self.draft(), NONCE);
        let write = |sketch: &Sketch| {
            let payload = match &sketch.payload {
                Payload::Bytes(bytes) => bytes.clone(),
                Payload::Text(text) => text.clone().into_bytes(),
                Payload::Filled { byte, len, more } => {
                    vec![*byte; usize::from(*len) + if *more { 60_000 } else { 0 }]
                }
            };
            let bits = if sketch.oddity == 0 { 0x70 } else { 0x40 * u8::from(self.codec % 13 > 10) };
            client.write(&Frame {
                is_last: sketch.first & 0x80 != 0,
                opcode: sketch.first & (0x0f | bits),
                key: sketch.key,
                payload: &payload,
                length: match sketch.oddity {
                    1 => Length::TwoBytes,
                    2 => Length::EightBytes,
                    3 => Length::Lies(u64::from_be_bytes([sketch.first; 8])),
                    _ => Length::Shortest,
                },
            })
        };
        let mut bytes = Vec::new();
        for sketch in frames.iter().take(64) {
            if bytes.len() < BYTES_MAX {
                bytes.extend(write(sketch));
            }
        }
        bytes
    }

    fn decode<'a>(self, pieces: impl IntoIterator<Item = &'a [u8]>, limits: &Limits) -> Decoded {
        let mut codec = self.new_codec();
        let mut left = BytesMut::new();
        let mut events: Vec<Event> = Vec::new();
        for piece in pieces {
            // The codec may count on the bytes that it left, not on where they lie.
            let mut input = if left.len() <= MOVED_MAX { BytesMut::from(&left[..]) } else { left };
            input.extend_from_slice(piece);
            loop {
                match codec.decode(&mut input, limits) {
                    Ok(Some(event)) => push(&mut events, event),
                    Ok(None) => break,
                    Err(error) => {
                        assert!(input.is_empty() && codec.is_idle() && codec.buffered() == 0);
                        return (events, Some(error));
                    }
                }
            }
            assert!(input.len() <= LEFT_MAX, "{} bytes are left", input.len());
            assert!(
                codec.buffered() <= limits.max_message_size.max(HELD_MIN),
                "{} bytes are held",
                codec.buffered()
            );
            assert!(codec.is_idle() || codec.needed(&input) != Some(0), "it waits for nothing");
            left = input;
        }
        (events, None)
    }

    fn check(self, event: &Event, limits: &Limits) {
        // What is replaced by U+FFFD may take three times the bytes.
        let times = if self.draft() < Draft::Hybi08 { 3 } else { 1 };
        match event {
            Event::Text(text) => assert!(text.len() <= times * limits.max_message_size),
            Event::Binary(bytes) => assert!(bytes.len() <= limits.max_message_size),
            Event::Ping(body) | Event::Pong(body) => assert!(body.len() <= 125),
            Event::Close(Some(frame)) => assert!(frame.reason.len() <= 3 * 123),
            Event::Piece(piece) => assert!(piece.len() as u64 <= times as u64 * limits.streams.max_size),
            Event::Start(_) | Event::End | Event::Close(None) => {}
        }
    }
}

/// Wherever a stream is cut, its pieces are the same together.
fn push(events: &mut Vec<Event>, event: Event) {
    match (events.last_mut(), event) {
        (Some(Event::Piece(known)), Event::Piece(piece)) => *known = [&known[..], &piece[..]].concat().into(),
        (_, event) => events.push(event),
    }
}
