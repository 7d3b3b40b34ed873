//! Each rule, broken: what is reported, and after how many bytes.

use bytes::BytesMut;

use crate::{limits::Limits, protocol::Codec};

use super::{ProtocolError, ProtocolError::*, decode, first_wrong, frame, text};

/// `bytes` fail with `error` at their last byte, and for every way to cut them.
fn fails(bytes: &[u8], error: ProtocolError, code: u16) {
    assert_eq!(decode(bytes).1, Some(error), "{bytes:x?}");
    assert_eq!(first_wrong(bytes), Some((error, bytes.len())), "{bytes:x?}");
    assert_eq!(error.close_code(), code);
}

#[test]
fn reserved_bits() {
    for first in [0xc1, 0xa1, 0x91, 0xf1, 0x41, 0xc9, 0xf8] {
        fails(&[first], ReservedBit, 1002);
    }
}

#[test]
fn reserved_opcodes() {
    for opcode in (3..=7).chain(11..=15) {
        fails(&[0x80 | opcode], ReservedOpcode(opcode), 1002);
        fails(&[opcode], ReservedOpcode(opcode), 1002);
    }
}

#[test]
fn unmasked_frames() {
    fails(&[0x81, 0x05], UnmaskedFrame, 1002);
    fails(&[0x88, 0x00], UnmaskedFrame, 1002);
    fails(&[0x82, 0x7e], UnmaskedFrame, 1002);
}

#[test]
fn lengths_that_are_not_minimal() {
    fails(&[0x82, 0xfe, 0x00, 0x7d], LengthNotMinimal, 1002);
    fails(&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0x00, 0x05], LengthNotMinimal, 1002);
    fails(&[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], LengthNotMinimal, 1002);
}

#[test]
fn lengths_with_the_top_bit() {
    fails(&[0x82, 0xff, 0x80], LengthTopBit, 1002);
    fails(&[0x82, 0xff, 0xff], LengthTopBit, 1002);
}

#[test]
fn fragmented_control_frames() {
    for first in [0x08, 0x09, 0x0a] {
        fails(&[first], FragmentedControl, 1002);
    }
}

#[test]
fn control_frames_beyond_125_bytes() {
    for first in [0x88, 0x89, 0x8a] {
        fails(&[first, 0xfe], ControlTooLong, 1002);
        fails(&[first, 0xff], ControlTooLong, 1002);
    }
    assert_eq!(decode(&frame(0x89, &[0; 125])).1, None);
}

#[test]
fn continuations_of_nothing() {
    fails(&[0x80], UnexpectedContinuation, 1002);
    fails(&[0x00], UnexpectedContinuation, 1002);
    let after_a_whole_one = [frame(0x01, b"a"), frame(0x80, b"b"), vec![0x80]].concat();
    fails(&after_a_whole_one, UnexpectedContinuation, 1002);
}

#[test]
fn messages_inside_a_fragmented_message() {
    for first in [0x81, 0x82, 0x01, 0x02] {
        fails(&[frame(0x01, b"a"), vec![first]].concat(), ExpectedContinuation, 1002);
    }
}

#[test]
fn close_bodies_of_one_byte() {
    fails(&[0x88, 0x81], CloseBodyOneByte, 1002);
}

#[test]
fn invalid_close_codes() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535_u16] {
        fails(&frame(0x88, &code.to_be_bytes()), InvalidCloseCode(code), 1002);
        let begun = frame(0x88, &[&code.to_be_bytes()[..], b"reason"].concat());
        assert_eq!(first_wrong(&begun), Some((InvalidCloseCode(code), 8)), "with a reason");
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 3999, 4000, 4999_u16]
    {
        assert_eq!(decode(&frame(0x88, &code.to_be_bytes())).1, None, "{code}");
    }
}

#[test]
fn close_reasons_that_are_not_utf8() {
    fails(&frame(0x88, &[0x03, 0xe8, 0xc0]), InvalidCloseReason, 1007);
    fails(&frame(0x88, &[0x03, 0xe8, b'a', 0xed, 0xa0]), InvalidCloseReason, 1007);
    fails(&frame(0x88, &[0x03, 0xe8, b'a', 0xe2, 0x82]), InvalidCloseReason, 1007);
    let begun = frame(0x88, &[0x03, 0xe8, 0xf4, 0x90, 0x80, 0x80, b'z']);
    assert_eq!(first_wrong(&begun), Some((InvalidCloseReason, 10)), "not later");
}

#[test]
fn events_before_the_error_are_delivered() {
    let bytes = [frame(0x81, b"fine"), vec![0xf1]].concat();
    assert_eq!(decode(&bytes), (vec![text("fine")], Some(ReservedBit)));
}

#[test]
fn an_error_comes_once_and_ends_the_stream() {
    let mut codec = Codec::rfc6455();
    let mut input = BytesMut::from(&[frame(0x01, b"held"), vec![0x83, 0x80]].concat()[..]);
    assert_eq!(codec.decode(&mut input, &Limits::default()), Err(ReservedOpcode(3)));
    assert!(input.is_empty() && codec.is_idle());
    assert_eq!(codec.buffered(), 0);
    input.extend_from_slice(&frame(0x81, b"late"));
    assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(None));
    assert!(input.is_empty());
}

#[test]
fn errors_say_what_was_wrong_and_what_is_right() {
    assert_eq!(
        InvalidCloseCode(1004).to_string(),
        "close code 1004 must not be sent; valid are 1000-1003, 1007-1014 and 3000-4999"
    );
    assert_eq!(ReservedOpcode(11).to_string(), "opcode 0xb is reserved; known are 0x0 to 0x2 and 0x8 to 0xa");
    assert_eq!(
        MessageTooBig { limit: 1000 }.to_string(),
        "a message is larger than max_message_size (1000 bytes)"
    );
}
