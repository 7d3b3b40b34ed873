//! The examples of RFC 6455 section 5.7 and of the table of drafts, cut at every byte.

use crate::{
    close::CloseCode,
    protocol::{CloseFrame, Event},
};

use super::{binary, decode, frame, text};

#[test]
fn a_text() {
    let bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(decode(&bytes), (vec![text("Hello")], None));
}

#[test]
fn a_text_in_two_fragments() {
    let bytes = [
        0x01, 0x83, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x80, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x5b, 0x95,
    ];
    assert_eq!(decode(&bytes), (vec![text("Hello")], None));
}

#[test]
fn a_binary() {
    assert_eq!(decode(&[0x82, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x36, 0xf8]), (vec![binary(&[1, 2])], None));
}

#[test]
fn a_ping_and_a_pong() {
    let masked = [0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    let bytes = [&[0x89], &masked[..], &[0x8a], &masked].concat();
    assert_eq!(decode(&bytes), (vec![Event::Ping("Hello".into()), Event::Pong("Hello".into())], None));
}

#[test]
fn a_close_with_a_code() {
    let bytes = [0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x12];
    let close = CloseFrame { code: CloseCode::NORMAL, reason: "".into() };
    assert_eq!(decode(&bytes), (vec![Event::Close(Some(close))], None));
}

#[test]
fn a_close_without_a_body() {
    assert_eq!(decode(&[0x88, 0x80, 0x37, 0xfa, 0x21, 0x3d]), (vec![Event::Close(None)], None));
}

#[test]
fn a_close_with_a_reason() {
    let close = CloseFrame { code: CloseCode(4001), reason: "bis später".into() };
    let body = [&4001_u16.to_be_bytes()[..], "bis später".as_bytes()].concat();
    assert_eq!(decode(&frame(0x88, &body)), (vec![Event::Close(Some(close))], None));
}

#[test]
fn nothing_comes_after_a_close() {
    let bytes = [frame(0x81, b"last"), frame(0x88, b""), frame(0x81, b"late"), vec![0xff; 20]].concat();
    assert_eq!(decode(&bytes), (vec![text("last"), Event::Close(None)], None));
}

#[test]
fn empty_messages() {
    let bytes = [frame(0x81, b""), frame(0x82, b""), frame(0x89, b""), frame(0x8a, b"")].concat();
    let events = vec![text(""), binary(b""), Event::Ping("".into()), Event::Pong("".into())];
    assert_eq!(decode(&bytes), (events, None));
}

#[test]
fn control_frames_come_between_fragments() {
    let bytes = [
        frame(0x01, b"one "),
        frame(0x89, b"a"),
        frame(0x00, b"two "),
        frame(0x00, b""),
        frame(0x8a, b"b"),
        frame(0x80, b"three"),
        frame(0x02, b""),
        frame(0x89, b"c"),
        frame(0x80, b""),
    ]
    .concat();
    let events = vec![
        Event::Ping("a".into()),
        Event::Pong("b".into()),
        text("one two three"),
        Event::Ping("c".into()),
        binary(b""),
    ];
    assert_eq!(decode(&bytes), (events, None));
}

#[test]
fn a_close_inside_a_fragmented_message_ends_it() {
    let bytes = [frame(0x01, b"half"), frame(0x88, b"")].concat();
    assert_eq!(decode(&bytes), (vec![Event::Close(None)], None));
}

#[test]
fn every_form_of_length() {
    for len in [124, 125, 126, 127, 300] {
        let payload = vec![b'*'; len];
        let bytes = [frame(0x82, &payload), frame(0x81, &payload)].concat();
        let events = vec![binary(&payload), text(str::from_utf8(&payload).unwrap())];
        assert_eq!(decode(&bytes), (events, None), "length {len}");
    }
}
