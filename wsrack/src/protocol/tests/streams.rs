//! Messages that are handed on as they arrive.

use crate::{close::CloseCode, protocol::Kind};

use super::{Event, Limits, ProtocolError, Streams, binary, decode_pieces, frame};

const LIMITS: Limits = Limits {
    max_message_size: 4,
    max_frame_size: 4,
    max_fragments: 1,
    streams: Streams { text: true, binary: false, max_size: 20 },
};

/// The events with neighbouring pieces joined, whatever the cuts; the same for every cut.
fn decode(bytes: &[u8]) -> (Vec<Event>, Option<ProtocolError>) {
    let joined = |(events, error): (Vec<Event>, _)| {
        let mut joined: Vec<Event> = Vec::new();
        for event in events {
            match (joined.last_mut(), event) {
                (Some(Event::Piece(known)), Event::Piece(piece)) => {
                    *known = [&known[..], &piece[..]].concat().into();
                }
                (_, event) => joined.push(event),
            }
        }
        (joined, error)
    };
    let whole = joined(decode_pieces([bytes], &LIMITS));
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        let (events, error) = joined(decode_pieces([front, back], &LIMITS));
        assert_eq!(error, whole.1, "cut at {cut}");
        if error.is_none() {
            assert_eq!(events, whole.0, "cut at {cut}");
        }
    }
    whole
}

fn piece(bytes: &'static [u8]) -> Event {
    Event::Piece(bytes.into())
}

#[test]
fn a_streamed_message_is_bound_by_its_own_limit_alone() {
    let (events, error) = decode(&frame(0x81, b"longer than four"));
    assert_eq!(error, None);
    assert_eq!(events, [Event::Start(Kind::Text), piece(b"longer than four"), Event::End]);
}

#[test]
fn fragments_are_one_stream_with_control_frames_between() {
    let bytes = [frame(0x01, b"one "), frame(0x89, b"?"), frame(0x00, b""), frame(0x80, b"two")].concat();
    let (events, error) = decode(&bytes);
    assert_eq!(error, None);
    let ping = Event::Ping(b"?"[..].into());
    assert_eq!(events, [Event::Start(Kind::Text), piece(b"one "), ping, piece(b"two"), Event::End]);
}

#[test]
fn an_empty_message_begins_and_ends() {
    assert_eq!(decode(&frame(0x81, b"")), (vec![Event::Start(Kind::Text), Event::End], None));
}

#[test]
fn the_other_kind_is_collected() {
    let bytes = [frame(0x82, b"1234"), frame(0x81, b"a"), frame(0x82, b"5")].concat();
    let (events, error) = decode(&bytes);
    assert_eq!(error, None);
    let expected = [binary(b"1234"), Event::Start(Kind::Text), piece(b"a"), Event::End, binary(b"5")];
    assert_eq!(events, expected);
}

#[test]
fn a_message_beyond_its_limit_fails_on_the_header() {
    let (events, error) = decode(&frame(0x81, b"twenty-one characters")[..6]);
    assert_eq!((events, error), (vec![], Some(ProtocolError::StreamTooBig { limit: 20 })));
    assert_eq!(error.map(ProtocolError::close_code), Some(CloseCode::SIZE));

    let bytes = [frame(0x01, b"fifteen letters"), frame(0x80, b"and six")].concat();
    let (events, error) = decode(&bytes);
    assert_eq!(events, [Event::Start(Kind::Text), piece(b"fifteen letters")]);
    assert_eq!(error, Some(ProtocolError::StreamTooBig { limit: 20 }));
}

#[test]
fn text_is_checked_across_pieces() {
    let bytes = [frame(0x01, b"\xe2\x82"), frame(0x80, b"\xac")].concat();
    let (events, error) = decode(&bytes);
    assert_eq!(error, None);
    assert_eq!(events, [Event::Start(Kind::Text), piece("€".as_bytes()), Event::End]);

    let (_, error) = decode(&frame(0x81, b"\xed\xa0\x80"));
    assert_eq!(error, Some(ProtocolError::InvalidUtf8));
    let (_, error) = decode(&frame(0x81, b"\xe2\x82"));
    assert_eq!(error, Some(ProtocolError::TruncatedUtf8));
}

#[test]
fn a_new_message_within_a_stream_is_refused() {
    let bytes = [frame(0x01, b"one"), frame(0x82, b"two")].concat();
    assert_eq!(decode(&bytes).1, Some(ProtocolError::ExpectedContinuation));
}
