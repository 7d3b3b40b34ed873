//! Bytes in, events out; helpers that the tests below share.

mod deflate;
mod drafts;
mod encode;
mod errors;
mod limits;
mod memory;
mod streams;
mod text;
mod vectors;

use bytes::BytesMut;

use crate::limits::{Limits, Streams};

use super::{Codec, Event, ProtocolError};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

type Decoded = (Vec<Event>, Option<ProtocolError>);

/// A client's frame. `first` is the first byte: the bit for the last frame, and the opcode.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..=125 => bytes.push(0x80 | u8::try_from(len).unwrap()),
        len @ 126..=0xffff => {
            bytes.push(0xfe);
            bytes.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        len => {
            bytes.push(0xff);
            bytes.extend(u64::try_from(len).unwrap().to_be_bytes());
        }
    }
    bytes.extend(KEY);
    bytes.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

fn text(text: &str) -> Event {
    Event::Text(text.into())
}

fn binary(bytes: &[u8]) -> Event {
    Event::Binary(bytes.to_vec().into())
}

/// Feeds `pieces` one after the other, each time in a buffer of its own.
fn decode_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, limits: &Limits) -> Decoded {
    decode_pieces_by(Codec::rfc6455(), pieces, limits)
}

fn decode_pieces_by<'a>(
    mut codec: Codec,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    limits: &Limits,
) -> Decoded {
    let mut left = BytesMut::new();
    let mut events = Vec::new();
    for piece in pieces {
        let mut input = BytesMut::from(&left[..]);
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input, limits) {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => return (events, Some(error)),
            }
        }
        left = input;
    }
    (events, None)
}

/// Decodes `bytes` cut at every place, and byte by byte: always with the same outcome, which is returned.
fn decode_with(bytes: &[u8], limits: &Limits) -> Decoded {
    let whole = decode_pieces([bytes], limits);
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        assert_eq!(decode_pieces([front, back], limits), whole, "cut at {cut}");
    }
    assert_eq!(decode_pieces(bytes.chunks(1), limits), whole, "byte by byte");
    whole
}

fn decode(bytes: &[u8]) -> Decoded {
    decode_with(bytes, &Limits::default())
}

/// Feeds single bytes; the error and how many bytes it took.
fn first_wrong(bytes: &[u8]) -> Option<(ProtocolError, usize)> {
    let mut codec = Codec::rfc6455();
    let mut input = BytesMut::new();
    for (i, &byte) in bytes.iter().enumerate() {
        input.extend_from_slice(&[byte]);
        loop {
            match codec.decode(&mut input, &Limits::default()) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Some((error, i + 1)),
            }
        }
    }
    None
}
