//! The examples of section 7.2.3, with a mask: clients send them.

use super::{TEXT, TEXT_BEGIN, binary, decode, deflated, frame, no_takeover, takeover, text};

const HELLO: &[u8] = b"\xf2\x48\xcd\xc9\xc9\x07\x00";

#[test]
fn one_block() {
    for codec in [takeover, no_takeover] {
        assert_eq!(decode(codec, &frame(TEXT, HELLO)), (vec![text("Hello")], None));
        let fragments = [frame(TEXT_BEGIN, &HELLO[..3]), frame(0x80, &HELLO[3..])].concat();
        assert_eq!(decode(codec, &fragments), (vec![text("Hello")], None));
    }
}

#[test]
fn a_second_message_that_shares_the_window() {
    let bytes = [frame(TEXT, HELLO), frame(TEXT, b"\xf2\x00\x11\x00\x00")].concat();
    assert_eq!(decode(takeover, &bytes), (vec![text("Hello"), text("Hello")], None));
    let alone = [frame(TEXT, HELLO), frame(TEXT, HELLO)].concat();
    assert_eq!(decode(no_takeover, &alone), (vec![text("Hello"), text("Hello")], None));
}

#[test]
fn a_block_without_compression() {
    let bytes = frame(TEXT, b"\x00\x05\x00\xfa\xffHello\x00");
    assert_eq!(decode(takeover, &bytes), (vec![text("Hello")], None));
}

#[test]
fn a_final_block_with_and_without_what_follows_it() {
    let final_block = b"\xf3\x48\xcd\xc9\xc9\x07\x00";
    for codec in [takeover, no_takeover] {
        let padded = [final_block, &[0][..]].concat();
        let bytes = [frame(TEXT, &padded), frame(TEXT, HELLO), frame(TEXT, final_block), frame(TEXT, HELLO)];
        let hello = || text("Hello");
        assert_eq!(decode(codec, &bytes.concat()), (vec![hello(), hello(), hello(), hello()], None));
    }
    // Another stream behind it, in the same message.
    let two = [final_block, HELLO].concat();
    assert_eq!(decode(no_takeover, &frame(TEXT, &two)), (vec![text("HelloHello")], None));
}

#[test]
fn two_blocks() {
    let bytes = frame(TEXT, b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00");
    assert_eq!(decode(takeover, &bytes), (vec![text("Hello")], None));
}

#[test]
fn empty_messages() {
    for codec in [takeover, no_takeover] {
        // As the RFC has it; as some send it who flush twice; in fragments; between others.
        for empty in
            [frame(TEXT, b"\x00"), frame(TEXT, b""), [frame(TEXT_BEGIN, b""), frame(0x80, b"")].concat()]
        {
            let bytes = [empty.clone(), empty, frame(TEXT, HELLO)].concat();
            assert_eq!(decode(codec, &bytes), (vec![text(""), text(""), text("Hello")], None));
        }
        let late = [frame(TEXT_BEGIN, HELLO), frame(0x00, b""), frame(0x80, b"")].concat();
        assert_eq!(decode(codec, &late), (vec![text("Hello")], None));
    }
}

#[test]
fn messages_without_the_bit_are_not_inflated() {
    let bytes = [frame(0x81, b"plain"), frame(TEXT, HELLO), frame(0x82, HELLO)].concat();
    assert_eq!(decode(takeover, &bytes), (vec![text("plain"), text("Hello"), binary(HELLO)], None));
}

#[test]
fn a_message_that_is_not_compressed_leaves_the_context_alone() {
    let plain = [frame(0x01, b"pl"), frame(0x80, b"ain")].concat();
    let bytes = [frame(TEXT, HELLO), plain, frame(TEXT, b"\xf2\x00\x11\x00\x00")].concat();
    assert_eq!(decode(takeover, &bytes), (vec![text("Hello"), text("plain"), text("Hello")], None));
}

#[test]
fn what_flate2_deflates_is_inflated() {
    let long = "a message that is long enough to be worth it; ".repeat(40);
    for payload in [&b""[..], b"x", "ä€𝄞".as_bytes(), long.as_bytes(), &vec![0; 70_000]] {
        for first in [TEXT, super::BINARY] {
            let bytes = frame(first, &deflated(payload));
            let expected =
                if first == TEXT { text(str::from_utf8(payload).unwrap()) } else { binary(payload) };
            assert_eq!(decode(no_takeover, &bytes), (vec![expected], None));
        }
    }
}
