//! Where the bit may stand, what comes between, and what is no DEFLATE stream.

use super::{Codec, Event, TEXT, TEXT_BEGIN, decode, deflated, frame, no_takeover, takeover, text};
use crate::protocol::ProtocolError::{
    CompressedNotFirst, ExpectedContinuation, InvalidUtf8, NotDeflate, ReservedBit, TruncatedUtf8,
};

#[test]
fn without_an_agreement_the_bit_is_an_error() {
    for first in [0xc1, 0xc2, 0x41, 0xc0, 0xc9] {
        assert_eq!(decode(Codec::rfc6455, &[first]).1, Some(ReservedBit), "{first:#x}");
    }
}

#[test]
fn the_other_reserved_bits_stay_errors() {
    for first in [0xa1, 0x91, 0xe1, 0xd1, 0xf1, 0xb1, 0xa9, 0xe9] {
        assert_eq!(decode(takeover, &[first]).1, Some(ReservedBit), "{first:#x}");
    }
}

#[test]
fn the_bit_stands_on_the_first_frame_of_a_message_alone() {
    for first in [0xc8, 0xc9, 0xca, 0xc0, 0x40] {
        let (events, error) = decode(takeover, &[first]);
        assert_eq!((events, error), (vec![], Some(CompressedNotFirst)), "{first:#x}");
        assert_eq!(error.unwrap().close_code(), 1002);
    }
    let hello = deflated(b"Hello");
    for (begin, end) in [(TEXT_BEGIN, 0xc0), (0x02, 0xc0), (TEXT_BEGIN, 0xca)] {
        let bytes = [frame(begin, &hello[..2]), frame(end, &hello[2..])].concat();
        assert_eq!(decode(takeover, &bytes).1, Some(CompressedNotFirst), "{begin:#x} {end:#x}");
    }
    let bytes = [frame(TEXT_BEGIN, &hello), frame(TEXT, &hello)].concat();
    assert_eq!(decode(takeover, &bytes).1, Some(ExpectedContinuation));
}

#[test]
fn control_frames_go_between_fragments() {
    let hello = deflated(b"Hello, Hello, Hello");
    let (front, back) = hello.split_at(3);
    let bytes =
        [frame(TEXT_BEGIN, front), frame(0x89, b"ping"), frame(0x00, b""), frame(0x80, back)].concat();
    let ping = Event::Ping(b"ping"[..].into());
    for codec in [takeover, no_takeover] {
        assert_eq!(decode(codec, &bytes), (vec![ping.clone(), text("Hello, Hello, Hello")], None));
    }
}

#[test]
fn what_is_no_deflate_stream_closes_with_1007() {
    let too_far = deflated(b"Hello");
    assert_eq!(decode(no_takeover, &frame(TEXT, &too_far)).1, None);
    let refers_back = b"\xf2\x00\x11\x00\x00";
    for payload in [&b"\xff"[..], b"\x06", b"\x00\x05\x00\x00\x00Hello", refers_back] {
        let (events, error) = decode(no_takeover, &frame(TEXT, payload));
        assert_eq!((events, error), (vec![], Some(NotDeflate)), "{payload:x?}");
        assert_eq!(error.unwrap().close_code(), 1007);
    }
}

#[test]
fn after_a_message_without_takeover_nothing_is_left_to_refer_to() {
    let bytes = [frame(TEXT, &deflated(b"Hello")), frame(TEXT, b"\xf2\x00\x11\x00\x00")].concat();
    assert_eq!(decode(no_takeover, &bytes), (vec![text("Hello")], Some(NotDeflate)));
}

#[test]
fn text_is_checked_after_it_is_inflated() {
    for (payload, error) in [
        (&b"fine \xff"[..], InvalidUtf8),
        (b"\xed\xa0\x80", InvalidUtf8),
        (b"cut \xe2\x82", TruncatedUtf8),
        (&[b'\xe2'; 7000][..], InvalidUtf8),
    ] {
        let bytes = frame(TEXT, &deflated(payload));
        for codec in [takeover, no_takeover] {
            assert_eq!(decode(codec, &bytes), (vec![], Some(error)));
        }
    }
    // At the first byte that cannot be right, though more of the message is to come.
    let bytes = [frame(TEXT_BEGIN, &[deflated(b"\xff"), vec![0, 0, 0xff, 0xff]].concat())].concat();
    assert_eq!(decode(takeover, &bytes).1, Some(InvalidUtf8));
}

#[test]
fn after_an_error_nothing_is_read() {
    let bytes = [frame(TEXT, b"\xff"), frame(TEXT, &deflated(b"Hello"))].concat();
    let mut codec = takeover();
    let mut input = bytes::BytesMut::from(&bytes[..]);
    assert_eq!(codec.decode(&mut input, &super::Limits::default()), Err(NotDeflate));
    assert!(input.is_empty());
    assert_eq!(codec.decode(&mut input, &super::Limits::default()), Ok(None));
}
