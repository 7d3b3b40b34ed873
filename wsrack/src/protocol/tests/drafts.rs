//! The table of drafts, in both directions and cut at every byte; and what each draft refuses.

mod hixie;
mod hybi;
mod replaced;
mod server;

use bytes::BytesMut;

use crate::{
    close::CloseCode,
    draft::Draft,
    limits::{Limits, Streams},
    protocol::{CloseFrame, Codec, Event, Kind, ProtocolError, Secret},
};

use super::{Decoded, KEY, binary, text};

/// The bytes in front of each frame of hybi-04.
const NONCE: [u8; 4] = [0x41, 0x42, 0x43, 0x44];

/// All drafts with the frames of hybi-01.
const UNMASKED: [Draft; 3] = [Draft::Hybi01, Draft::Hybi02, Draft::Hybi03];

const HYBI: [Draft; 8] = [
    Draft::Hybi01,
    Draft::Hybi02,
    Draft::Hybi03,
    Draft::Hybi04,
    Draft::Hybi05,
    Draft::Hybi06,
    Draft::Hybi07,
    Draft::Hybi08,
];

fn secret() -> Secret {
    Secret::new("dGhlIHNhbXBsZSBub25jZQ==", "H+cNj5elaybfGIQv1esl2w==")
}

/// A client's frame as `draft` has it. `first` is the first byte as RFC 6455 has it.
fn frame(draft: Draft, first: u8, payload: &[u8]) -> Vec<u8> {
    hide(draft, &plain(draft, first, payload))
}

/// The same before it is masked, without a key.
fn plain(draft: Draft, first: u8, payload: &[u8]) -> Vec<u8> {
    let (top, opcode) = (first & 0x80, first & 0x0f);
    let old = match opcode {
        0x0 => 0,
        0x8 => 1,
        0x9 => 2,
        0xa => 3,
        0x1 => 4,
        0x2 => 5,
        other => other,
    };
    let mut bytes = match draft {
        Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => vec![top ^ 0x80 | old],
        Draft::Hybi04 | Draft::Hybi05 | Draft::Hybi06 => vec![top | old],
        _ => vec![first],
    };
    match payload.len() {
        len @ 0..=125 => bytes.push(u8::try_from(len).unwrap()),
        len @ 126..=0xffff => {
            bytes.push(126);
            bytes.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        len => {
            bytes.push(127);
            bytes.extend(u64::try_from(len).unwrap().to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

/// Masks a frame as `draft` does.
fn hide(draft: Draft, plain: &[u8]) -> Vec<u8> {
    let masked = |front: [u8; 4], pad: &[u8], bytes: &[u8]| {
        let hidden = bytes.iter().zip(pad.iter().cycle()).map(|(byte, pad)| byte ^ pad);
        front.into_iter().chain(hidden).collect()
    };
    match draft {
        Draft::Hybi04 => masked(NONCE, &PAD, plain),
        Draft::Hybi05 | Draft::Hybi06 => masked(KEY, &KEY, plain),
        Draft::Hybi07 | Draft::Hybi08 => {
            let head = match plain[1] & 0x7f {
                126 => 4,
                127 => 10,
                _ => 2,
            };
            let (head, payload) = plain.split_at(head.min(plain.len()));
            let mut bytes = head.to_vec();
            bytes[1] |= 0x80;
            bytes.extend(masked(KEY, &KEY, payload));
            bytes
        }
        _ => plain.to_vec(),
    }
}

/// What [`NONCE`] and the secret make, as the table has it.
const PAD: [u8; 20] = [
    0x11, 0xb7, 0x40, 0x23, 0x79, 0xef, 0x29, 0xf4, 0x4f, 0xe6, 0xea, 0x4f, 0x70, 0x4f, 0xfd, 0xe2, 0xa5,
    0xd0, 0x14, 0xf3,
];

/// `41 42 43` as bytes.
fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

fn close(code: u16, reason: &str) -> Event {
    Event::Close(Some(CloseFrame { code: CloseCode(code), reason: reason.into() }))
}

/// Feeds `pieces` one after the other, each time in a buffer of its own; the codec too.
fn decode_pieces<'a>(
    draft: Draft,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    limits: &Limits,
) -> (Decoded, Codec) {
    let mut codec = Codec::new(draft, secret());
    let mut left = BytesMut::new();
    let mut events: Vec<Event> = Vec::new();
    for piece in pieces {
        let mut input = BytesMut::from(&left[..]);
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input, limits) {
                Ok(Some(event)) => match (events.last_mut(), event) {
                    // Wherever a stream is cut, its pieces are the same together.
                    (Some(Event::Piece(known)), Event::Piece(piece)) => {
                        *known = [&known[..], &piece[..]].concat().into();
                    }
                    (_, event) => events.push(event),
                },
                Ok(None) => break,
                Err(error) => {
                    assert!(input.is_empty() && codec.is_idle() && codec.buffered() == 0);
                    return ((events, Some(error)), codec);
                }
            }
        }
        assert!(codec.is_idle() || codec.needed(&input) != Some(0), "{draft}: more is needed");
        left = input;
    }
    ((events, None), codec)
}

/// Decodes `bytes` cut at every place, and byte by byte: always with the same outcome, which is returned.
fn decode_with(draft: Draft, bytes: &[u8], limits: &Limits) -> Decoded {
    let (whole, _) = decode_pieces(draft, [bytes], limits);
    let streamed = limits.streams != Streams::NONE;
    let assert_same = |pieces: &[&[u8]]| {
        let (cut, _) = decode_pieces(draft, pieces.iter().copied(), limits);
        assert_eq!(cut.1, whole.1, "{draft}: {pieces:x?}");
        // Of a stream that fails more or less has been handed on.
        if !streamed || whole.1.is_none() {
            assert_eq!(cut.0, whole.0, "{draft}: {pieces:x?}");
        }
    };
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        assert_same(&[front, back]);
    }
    assert_same(&bytes.chunks(1).collect::<Vec<_>>());
    whole
}

fn decode(draft: Draft, bytes: &[u8]) -> Decoded {
    decode_with(draft, bytes, &Limits::default())
}

/// `bytes` fail with `error`, however they are cut, and not before their last byte.
fn fails(draft: Draft, bytes: &[u8], error: ProtocolError) {
    assert_eq!(decode(draft, bytes).1, Some(error), "{draft}: {bytes:x?}");
    let before = &bytes[..bytes.len() - 1];
    assert_eq!(decode(draft, before).1, None, "{draft}: {bytes:x?} without its last byte");
}

#[test]
fn a_codec_of_an_old_draft_is_small_too() {
    assert!(size_of::<Codec>() <= 24, "{}", size_of::<Codec>());
}

#[test]
fn nothing_comes_after_the_end() {
    for &draft in Draft::ALL {
        let bytes = match draft {
            Draft::Hixie75 => hex("00 ff 01"),
            Draft::Hixie76 => hex("00 ff ff 00"),
            Draft::Rfc6455 => continue,
            hybi => [frame(hybi, 0x81, b""), frame(hybi, 0x88, b"")].concat(),
        };
        let (_, mut codec) = decode_pieces(draft, [&bytes[..]], &Limits::default());
        let mut late = BytesMut::from(&[&bytes[..], &[0xff; 30]].concat()[..]);
        assert_eq!(codec.decode(&mut late, &Limits::default()), Ok(None), "{draft}");
        assert!(late.is_empty() && codec.is_idle(), "{draft}");
    }
}

#[test]
fn messages_in_pieces_are_the_same_in_every_draft() {
    let streams = Streams { text: true, binary: true, max_size: 1000 };
    for draft in HYBI {
        let bytes = [
            frame(draft, 0x01, "é".as_bytes()),
            frame(draft, 0x89, b"?"),
            frame(draft, 0x00, &[0xe2, 0x82]),
            frame(draft, 0x80, &[0xac]),
            frame(draft, 0x82, &[0; 200]),
            frame(draft, 0x81, b""),
        ]
        .concat();
        let events = vec![Event::Ping("?".into()), text("é€"), binary(&[0; 200]), text("")];
        assert_eq!(decode(draft, &bytes), (events, None), "{draft}");

        let limits = Limits { streams, ..Limits::default() };
        let (events, error) = decode_with(draft, &bytes, &limits);
        assert_eq!(error, None);
        let pieces =
            |event: &Event| if let Event::Piece(bytes) = event { bytes.to_vec() } else { Vec::new() };
        let joined: Vec<u8> = events.iter().flat_map(pieces).collect();
        assert_eq!(joined, ["é€".as_bytes(), &[0; 200]].concat(), "{draft}");
        assert_eq!(events.first(), Some(&Event::Start(Kind::Text)), "{draft}");
        assert_eq!(events[events.len() - 2..], [Event::Start(Kind::Text), Event::End], "{draft}");
    }
}
