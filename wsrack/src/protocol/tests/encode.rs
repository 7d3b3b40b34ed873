//! What a server sends.

use bytes::BytesMut;

use crate::{
    close::CloseCode,
    protocol::{Kind, Wire, WireHeader},
};

const WIRE: Wire = Wire::RFC6455;

fn written(write: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
    let mut out = BytesMut::from(&b"before"[..]);
    write(&mut out);
    out.strip_prefix(b"before").unwrap().to_vec()
}

#[test]
fn the_vectors() {
    assert_eq!(written(|out| WIRE.message(Kind::Text, b"Hello", out)), b"\x81\x05Hello");
    assert_eq!(written(|out| WIRE.message(Kind::Binary, &[1, 2], out)), [0x82, 2, 1, 2]);
    assert_eq!(written(|out| WIRE.ping(b"Hello", out)), b"\x89\x05Hello");
    assert_eq!(written(|out| WIRE.pong(b"Hello", out)), b"\x8a\x05Hello");
    assert_eq!(written(|out| WIRE.close(Some((CloseCode::NORMAL, "")), out)), [0x88, 2, 0x03, 0xe8]);
    assert_eq!(written(|out| WIRE.close(None, out)), [0x88, 0]);
}

#[test]
fn lengths_take_the_shortest_form() {
    let cases: [(usize, &[u8]); 7] = [
        (0, &[0x82, 0]),
        (125, &[0x82, 0x7d]),
        (126, &[0x82, 0x7e, 0x00, 0x7e]),
        (255, &[0x82, 0x7e, 0x00, 0xff]),
        (65535, &[0x82, 0x7e, 0xff, 0xff]),
        (65536, &[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]),
        (1 << 40, &[0x82, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0]),
    ];
    for (len, header) in cases {
        assert_eq!(WIRE.header(Kind::Binary, len).as_ref(), header);
        assert!(header.len() <= WIRE.max_overhead());
    }
    assert_eq!(WIRE.max_overhead(), WireHeader::MAX);
}

#[test]
fn header_and_payload_equal_the_message() {
    for len in [0, 1, 125, 126, 65535, 65536] {
        let payload = vec![b'x'; len];
        let message = written(|out| WIRE.message(Kind::Text, &payload, out));
        assert_eq!(message, [WIRE.header(Kind::Text, len).as_ref(), &payload].concat());
    }
}

#[test]
fn control_frames_never_exceed_125_bytes() {
    assert_eq!(written(|out| WIRE.ping(&[0; 126], out)).len(), 2 + 125);
    assert_eq!(written(|out| WIRE.pong(&[0; 9000], out)).len(), 2 + 125);
    let close = written(|out| WIRE.close(Some((CloseCode(4000), &"é".repeat(100))), out));
    assert_eq!(close.len(), 2 + 2 + 122, "cut between two characters");
    assert_eq!(str::from_utf8(&close[4..]), Ok("é".repeat(61).as_str()));
}

#[test]
fn codes_that_only_report_are_not_written() {
    for code in [CloseCode::NO_STATUS, CloseCode::ABNORMAL, CloseCode(1015), CloseCode(0), CloseCode(5000)] {
        assert_eq!(written(|out| WIRE.close(Some((code, "why")), out)), [0x88, 0]);
    }
}

#[test]
fn a_wire_is_two_bytes_at_most_and_can_do_everything() {
    assert!(size_of::<Wire>() <= 2);
    assert!(WIRE.supports_binary() && WIRE.supports_ping());
}
