//! Compressed messages that are handed on as they arrive.

use bytes::BytesMut;

use super::{Event, Limits, TEXT, TEXT_BEGIN, deflated, frame, no_takeover, takeover};
use crate::limits::Streams;
use crate::protocol::{Codec, Kind, ProtocolError};

const LIMITS: Limits = Limits {
    max_message_size: 4,
    max_frame_size: 4,
    max_fragments: 1,
    streams: Streams { text: true, binary: true, max_size: 1 << 20 },
};

/// All pieces of the messages joined, with the other events but for their beginnings and ends; the longest piece.
fn stream(
    mut codec: Codec,
    pieces: &[&[u8]],
    limits: &Limits,
) -> (Vec<Vec<u8>>, Vec<Event>, usize, Option<ProtocolError>) {
    let (mut messages, mut others, mut longest) = (Vec::new(), Vec::new(), 0);
    let mut input = BytesMut::new();
    let mut open = false;
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input, limits) {
                Ok(Some(Event::Start(Kind::Text | Kind::Binary))) => {
                    assert!(!std::mem::replace(&mut open, true));
                    messages.push(Vec::new());
                }
                Ok(Some(Event::Piece(piece))) => {
                    longest = longest.max(piece.len());
                    messages.last_mut().unwrap().extend_from_slice(&piece);
                }
                Ok(Some(Event::End)) => assert!(std::mem::replace(&mut open, false)),
                Ok(Some(other)) => others.push(other),
                Ok(None) => break,
                Err(error) => return (messages, others, longest, Some(error)),
            }
        }
        // What the end of a piece begins of a character is kept.
        assert!(codec.buffered() <= piece.len() + 8);
    }
    assert!(!open && codec.is_idle());
    (messages, others, longest, None)
}

#[test]
fn a_message_arrives_in_pieces_however_it_is_cut() {
    let payload = "streamed, compressed, and cut: äöü€ ".repeat(30);
    let deflated = deflated(payload.as_bytes());
    let (front, back) = deflated.split_at(deflated.len() / 2);
    let bytes =
        [frame(TEXT_BEGIN, front), frame(0x89, b"?"), frame(0x00, b""), frame(0x80, back)].concat().repeat(2);
    let expected = vec![payload.clone().into_bytes(), payload.into_bytes()];
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        let (messages, others, _, error) = stream(no_takeover(), &[front, back], &LIMITS);
        assert_eq!((messages, others.len(), error), (expected.clone(), 2, None), "cut at {cut}");
    }
    let bytewise: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(stream(no_takeover(), &bytewise, &LIMITS).0, expected);
}

#[test]
fn empty_streams_end() {
    for empty in [frame(TEXT, b"\x00"), frame(TEXT, b"")] {
        let bytes = [empty.clone(), empty].concat();
        for codec in [takeover(), no_takeover()] {
            let (messages, _, _, error) = stream(codec, &[&bytes], &LIMITS);
            assert_eq!((messages, error), (vec![vec![], vec![]], None));
        }
    }
}

#[test]
fn pieces_stay_short_whatever_they_inflate_to() {
    let payload = vec![7; 1 << 20];
    let bytes = frame(0xc2, &deflated(&payload));
    let (messages, _, longest, error) = stream(takeover(), &[&bytes], &LIMITS);
    assert!(messages == [payload] && error.is_none());
    assert!(longest <= 64 << 10, "{longest}");
}

#[test]
fn a_stream_beyond_its_limit_fails_while_it_inflates() {
    let bytes = frame(0xc2, &deflated(&vec![7; (1 << 20) + 1]));
    let (messages, _, _, error) = stream(takeover(), &[&bytes], &LIMITS);
    assert_eq!(error, Some(ProtocolError::StreamTooBig { limit: 1 << 20 }));
    assert!(messages[0].len() <= 1 << 20);
    let header = &frame(0xc2, &vec![0; 3 << 20])[..10];
    assert_eq!(
        stream(takeover(), &[header], &LIMITS).3,
        Some(ProtocolError::StreamTooBig { limit: 1 << 20 })
    );
}

#[test]
fn text_is_checked_across_pieces() {
    let error = stream(takeover(), &[&frame(TEXT, &deflated(b"ok \xe2\x82"))], &LIMITS).3;
    assert_eq!(error, Some(ProtocolError::TruncatedUtf8));
    let error = stream(takeover(), &[&frame(TEXT, &deflated(b"ok \xed\xa0\x80"))], &LIMITS).3;
    assert_eq!(error, Some(ProtocolError::InvalidUtf8));
    let error = stream(takeover(), &[&frame(TEXT, b"\xff")], &LIMITS).3;
    assert_eq!(error, Some(ProtocolError::NotDeflate));
}
