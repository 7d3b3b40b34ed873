//! Limits act on headers, before payload is kept.

use crate::protocol::ProtocolError::{FrameTooBig, MessageTooBig, TooManyFragments};

use super::{Limits, Streams, binary, decode_with, frame, text};

const SMALL: Limits =
    Limits { max_message_size: 200, max_frame_size: 150, max_fragments: 4, streams: Streams::NONE };

#[test]
fn a_frame_fails_on_its_header_alone() {
    let header = &frame(0x82, &[0; 151])[..4];
    assert_eq!(decode_with(header, &SMALL), (vec![], Some(FrameTooBig { limit: 150 })));
    let huge = [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(decode_with(&huge, &SMALL).1, Some(FrameTooBig { limit: 150 }));
    assert_eq!(decode_with(&huge, &Limits::default()).1, Some(FrameTooBig { limit: 1 << 20 }));
    assert_eq!(FrameTooBig { limit: 150 }.close_code(), 1009);
}

#[test]
fn a_frame_of_exactly_the_limit_passes() {
    assert_eq!(decode_with(&frame(0x82, &[7; 150]), &SMALL), (vec![binary(&[7; 150])], None));
}

#[test]
fn an_unfragmented_message_has_the_message_limit_too() {
    let limits = Limits { max_frame_size: 1000, ..SMALL };
    let header = &frame(0x81, &[b'a'; 201])[..4];
    assert_eq!(decode_with(header, &limits), (vec![], Some(MessageTooBig { limit: 200 })));
    assert_eq!(MessageTooBig { limit: 200 }.close_code(), 1009);
}

#[test]
fn fragments_together_have_the_message_limit() {
    let full = [frame(0x01, &[b'a'; 150]), frame(0x80, &[b'a'; 50])].concat();
    assert_eq!(decode_with(&full, &SMALL), (vec![text(&"a".repeat(200))], None));
    let beyond = [frame(0x01, &[b'a'; 150]), vec![0x80, 0x80 | 0x33]].concat();
    assert_eq!(decode_with(&beyond, &SMALL), (vec![], Some(MessageTooBig { limit: 200 })));
}

#[test]
fn fragments_are_counted_even_when_empty() {
    let four = [frame(0x01, b""), frame(0x00, b""), frame(0x00, b""), frame(0x80, b"")].concat();
    assert_eq!(decode_with(&[four.clone(), four].concat(), &SMALL), (vec![text(""), text("")], None));
    let five = [frame(0x02, b""), frame(0x00, b"").repeat(3), vec![0x00]].concat();
    assert_eq!(decode_with(&five, &SMALL), (vec![], Some(TooManyFragments { limit: 4 })));
    assert_eq!(TooManyFragments { limit: 4 }.close_code(), 1009);
}

#[test]
fn control_frames_count_for_nothing() {
    let limits = Limits { max_message_size: 2, max_frame_size: 1, max_fragments: 2, streams: Streams::NONE };
    let bytes =
        [frame(0x01, b"a"), frame(0x89, &[b'p'; 125]), frame(0x8a, &[b'q'; 125]), frame(0x80, b"b")].concat();
    let (events, error) = decode_with(&bytes, &limits);
    assert_eq!((events.len(), events.last(), error), (3, Some(&text("ab")), None));
}

#[test]
fn limits_of_zero_leave_no_room() {
    let none = Limits { max_fragments: 0, ..SMALL };
    assert_eq!(decode_with(&[0x81], &none).1, Some(TooManyFragments { limit: 0 }));
    let empty = Limits { max_message_size: 0, ..SMALL };
    assert_eq!(decode_with(&frame(0x81, b""), &empty), (vec![text("")], None));
    assert_eq!(decode_with(&[0x81, 0x81], &empty).1, Some(MessageTooBig { limit: 0 }));
}
