//! Text that is not UTF-8: U+FFFD stands for it before hybi-10, and from then on it is the end.

use super::*;

/// The replacing ones.
const OLD: [Draft; 7] =
    [Draft::Hybi01, Draft::Hybi02, Draft::Hybi03, Draft::Hybi04, Draft::Hybi05, Draft::Hybi06, Draft::Hybi07];

#[test]
fn broken_text_is_replaced_before_hybi_10() {
    for draft in OLD {
        let bytes = [
            frame(draft, 0x81, b"a\xffb"),
            frame(draft, 0x01, b"\xe2\x82"),
            frame(draft, 0x80, b"\xac\xe2"),
            frame(draft, 0x82, b"\xff"),
        ]
        .concat();
        let events = vec![text("a\u{fffd}b"), text("€\u{fffd}"), binary(b"\xff")];
        assert_eq!(decode(draft, &bytes), (events, None), "{draft}");
    }
}

#[test]
fn broken_text_is_replaced_in_a_stream_too() {
    let limits = Limits { streams: Streams { text: true, binary: false, max_size: 20 }, ..Limits::default() };
    let piece = |text: &'static str| Event::Piece(text.as_bytes().into());
    for draft in OLD {
        let bytes = [
            frame(draft, 0x01, b"\xe2\x82"),
            frame(draft, 0x89, b""),
            frame(draft, 0x80, b"\xac\xe2"),
            frame(draft, 0x82, b"\xff"),
        ]
        .concat();
        let events = vec![
            Event::Start(Kind::Text),
            Event::Ping("".into()),
            piece("€\u{fffd}"),
            Event::End,
            binary(b"\xff"),
        ];
        assert_eq!(decode_with(draft, &bytes, &limits), (events, None), "{draft}");
    }
}

#[test]
fn version_8_refuses_broken_text_as_hybi_12_does() {
    let draft = Draft::Hybi08;
    assert_eq!(decode(draft, &frame(draft, 0x81, b"a\xffb")), (vec![], Some(ProtocolError::InvalidUtf8)));
    assert_eq!(decode(draft, &frame(draft, 0x81, b"\xe2")), (vec![], Some(ProtocolError::TruncatedUtf8)));
    let close = frame(draft, 0x88, b"\x03\xe8\xff");
    assert_eq!(decode(draft, &close), (vec![], Some(ProtocolError::InvalidCloseReason)));
}

#[test]
fn a_broken_reason_is_replaced_and_cut_to_what_fits() {
    for draft in [Draft::Hybi06, Draft::Hybi07] {
        let bytes = frame(draft, 0x88, b"\x03\xe8a\xffb");
        assert_eq!(decode(draft, &bytes), (vec![close(1000, "a\u{fffd}b")], None));
        let bytes = frame(draft, 0x88, &[&[0x03, 0xe8][..], &[0xff; 123]].concat());
        assert_eq!(decode(draft, &bytes), (vec![close(1000, &"\u{fffd}".repeat(41))], None));
    }
}
