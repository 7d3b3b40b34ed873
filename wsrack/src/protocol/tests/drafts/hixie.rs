//! hixie-75 and hixie-76: what a client sends.

use super::*;
use crate::protocol::ProtocolError::{FrameTooBig, MessageTooBig, ReservedFrameType, StreamTooBig};

const BOTH: [Draft; 2] = [Draft::Hixie75, Draft::Hixie76];

fn events(draft: Draft, bytes: &str) -> Vec<Event> {
    let (events, error) = decode(draft, &hex(bytes));
    assert_eq!(error, None, "{draft}: {bytes}");
    events
}

#[test]
fn the_vectors() {
    for draft in BOTH {
        assert_eq!(events(draft, "00 48 65 6c 6c 6f ff"), [text("Hello")]);
        assert_eq!(events(draft, "00 48 65 6c 6c c3 b6 ff"), [text("Hellö")]);
        assert_eq!(events(draft, "00 ff"), [text("")]);
        assert_eq!(events(draft, "80 03 61 62 63"), []);
    }
    assert_eq!(events(Draft::Hixie76, "ff 00"), [Event::Close(None)]);
    assert_eq!(events(Draft::Hixie75, "ff 00"), [], "hixie-75 has no close");
}

#[test]
fn messages_follow_each_other() {
    for draft in BOTH {
        let bytes = "00 61 ff 80 00 00 ff 81 02 ff 00 00 62 ff ff 80 00 ff 01 00 ff 02 01 02";
        let expected = if draft == Draft::Hixie75 {
            vec![text("a"), text(""), text("b")]
        } else {
            vec![text("a"), text(""), text("b"), Event::Close(None)]
        };
        assert_eq!(events(draft, bytes), expected);
    }
    assert_eq!(events(Draft::Hixie76, "ff 02 01 02 00 61 ff"), [text("a")], "a length of 2 is no close");
}

#[test]
fn nul_and_line_breaks_are_text() {
    for draft in BOTH {
        assert_eq!(events(draft, "00 00 0d 0a 00 ff"), [text("\0\r\n\0")]);
    }
}

#[test]
fn reserved_types_are_refused() {
    for draft in BOTH {
        for kind in [0x01, 0x42, 0x7f] {
            fails(draft, &[0x00, b'a', 0xff, kind], ReservedFrameType(kind));
        }
    }
    assert_eq!(ReservedFrameType(1).close_code(), 1002);
}

#[test]
fn a_text_has_the_smaller_limit() {
    let small = Limits { max_frame_size: 3, max_message_size: 10, ..Limits::default() };
    let same = Limits { max_frame_size: 3, max_message_size: 3, ..Limits::default() };
    for draft in BOTH {
        assert_eq!(decode_with(draft, b"\0abc\xff", &small), (vec![text("abc")], None));
        assert_eq!(decode_with(draft, b"\0abcd", &small), (vec![], Some(FrameTooBig { limit: 3 })));
        assert_eq!(decode_with(draft, b"\0abcd\xff", &same), (vec![], Some(MessageTooBig { limit: 3 })));
    }
}

#[test]
fn an_endless_text_takes_no_more_memory_than_the_limit() {
    let limits = Limits { max_frame_size: 10_000, max_message_size: 10_000, ..Limits::default() };
    let mut codec = Codec::new(Draft::Hixie76, secret());
    let mut input = BytesMut::from(&[0][..]);
    for sent in 0.. {
        input.extend_from_slice(&[b'a'; 77]);
        match codec.decode(&mut input, &limits) {
            Ok(event) => assert_eq!(event, None),
            Err(error) => {
                assert_eq!((error, sent), (MessageTooBig { limit: 10_000 }, 10_000 / 77));
                break;
            }
        }
        assert!(input.is_empty() && !codec.is_idle());
        assert!(codec.buffered() <= 10_000, "{}", codec.buffered());
    }
    assert_eq!(codec.buffered(), 0);
}

#[test]
fn what_is_to_be_skipped_has_a_limit_too() {
    let limits = Limits { max_frame_size: 200, ..Limits::default() };
    let fits = [&[0x80, 0x81, 0x48][..], &[0xff; 200], &[0x00, 0xff]].concat();
    for draft in BOTH {
        assert_eq!(decode_with(draft, &fits, &limits), (vec![text("")], None));
        assert_eq!(decode_with(draft, &[0x80, 0x81, 0x49], &limits).1, Some(FrameTooBig { limit: 200 }));
        assert_eq!(decode_with(draft, &[0xff, 0xff, 0xff], &limits).1, Some(FrameTooBig { limit: 200 }));
        let endless = [&[0x80][..], &[0x80; 11]].concat();
        assert_eq!(decode_with(draft, &endless, &limits).1, Some(FrameTooBig { limit: 200 }), "{draft}");
        assert_eq!(decode_with(draft, &endless[..9], &limits).1, None, "zeros in front");
    }
}

#[test]
fn text_that_is_not_utf8_is_replaced() {
    for draft in BOTH {
        assert_eq!(events(draft, "00 61 80 62 c3 ff"), [text("a\u{fffd}b\u{fffd}")]);
    }
}

#[test]
fn a_text_can_be_handed_on_as_it_arrives() {
    let limits = Limits { streams: Streams { text: true, binary: false, max_size: 4 }, ..Limits::default() };
    for draft in BOTH {
        let (events, error) = decode_with(draft, b"\0a\xe2\x82\xac\xff\0\xc3\xff\0\xff", &limits);
        assert_eq!(error, None);
        let piece = |text: &'static str| Event::Piece(text.as_bytes().into());
        let start = Event::Start(Kind::Text);
        let (a, b, c) = (start.clone(), start.clone(), start);
        assert_eq!(events, [a, piece("a€"), Event::End, b, piece("\u{fffd}"), Event::End, c, Event::End]);
        assert_eq!(decode_with(draft, b"\0abcde", &limits).1, Some(StreamTooBig { limit: 4 }));
    }
}

#[test]
fn what_is_under_way_shows() {
    let mut codec = Codec::new(Draft::Hixie76, secret());
    for (bytes, idle, needed) in [
        ("", true, None),
        ("80", false, None),
        ("05", false, Some(5)),
        ("01 02", false, Some(3)),
        ("01 02 03", true, None),
    ] {
        let mut input = BytesMut::from(&hex(bytes)[..]);
        assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(None));
        assert_eq!((codec.is_idle(), codec.needed(&input)), (idle, needed), "{bytes}");
    }
}
