//! What a server sends in each draft.

use super::*;
use crate::protocol::{Fragment, Wire};

fn written(write: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
    let mut out = BytesMut::new();
    write(&mut out);
    out.to_vec()
}

/// A draft's frames: text "Hello", "Hel" + "lo", binary 01 02, ping and pong "Hello".
fn check(drafts: &[Draft], [whole, first, last, data, ping, pong]: [&str; 6]) {
    for &draft in drafts {
        let wire = Wire::of(draft);
        assert_eq!(written(|out| wire.message(Kind::Text, b"Hello", out)), hex(whole), "{draft}");
        let part =
            |fragment, part: &[u8]| [wire.fragment_header(fragment, part.len()).as_ref(), part].concat();
        assert_eq!(part(Fragment::First(Kind::Text), b"Hel"), hex(first), "{draft}");
        assert_eq!([part(Fragment::Last, b"lo"), wire.trailer().to_vec()].concat(), hex(last), "{draft}");
        assert_eq!(written(|out| wire.message(Kind::Binary, &[1, 2], out)), hex(data), "{draft}");
        assert_eq!(written(|out| wire.ping(b"Hello", out)), hex(ping), "{draft}");
        assert_eq!(written(|out| wire.pong(b"Hello", out)), hex(pong), "{draft}");
    }
}

#[test]
fn the_vectors() {
    check(&[Draft::Hixie75, Draft::Hixie76], ["00 48 65 6c 6c 6f ff", "00 48 65 6c", "6c 6f ff", "", "", ""]);
    check(
        &UNMASKED,
        [
            "04 05 48 65 6c 6c 6f",
            "84 03 48 65 6c",
            "00 02 6c 6f",
            "05 02 01 02",
            "02 05 48 65 6c 6c 6f",
            "03 05 48 65 6c 6c 6f",
        ],
    );
    check(
        &[Draft::Hybi04, Draft::Hybi05, Draft::Hybi06],
        [
            "84 05 48 65 6c 6c 6f",
            "04 03 48 65 6c",
            "80 02 6c 6f",
            "85 02 01 02",
            "82 05 48 65 6c 6c 6f",
            "83 05 48 65 6c 6c 6f",
        ],
    );
    check(
        &[Draft::Hybi07, Draft::Hybi08, Draft::Rfc6455],
        [
            "81 05 48 65 6c 6c 6f",
            "01 03 48 65 6c",
            "80 02 6c 6f",
            "82 02 01 02",
            "89 05 48 65 6c 6c 6f",
            "8a 05 48 65 6c 6c 6f",
        ],
    );
}

#[test]
fn lengths_take_the_shortest_form() {
    for draft in HYBI {
        let wire = Wire::of(draft);
        for (len, header) in [
            (0, "00"),
            (125, "7d"),
            (126, "7e 00 7e"),
            (65535, "7e ff ff"),
            (65536, "7f 00 00 00 00 00 01 00 00"),
        ] {
            assert_eq!(wire.header(Kind::Binary, len).as_ref()[1..], hex(header), "{draft}");
            assert!(wire.header(Kind::Binary, len).as_ref().len() <= wire.max_overhead());
        }
    }
}

#[test]
fn a_close_says_what_the_draft_lets_it_say() {
    let normal = Some((CloseCode::NORMAL, "bye"));
    for (draft, bytes, empty) in [
        (Draft::Hixie75, "", ""),
        (Draft::Hixie76, "ff 00", "ff 00"),
        (Draft::Hybi01, "01 00", "01 00"),
        (Draft::Hybi02, "01 00", "01 00"),
        (Draft::Hybi03, "01 00", "01 00"),
        (Draft::Hybi04, "81 00", "81 00"),
        (Draft::Hybi05, "81 01 53", "81 01 53"),
        (Draft::Hybi06, "81 05 03 e8 62 79 65", "81 00"),
        (Draft::Hybi07, "88 05 03 e8 62 79 65", "88 00"),
        (Draft::Hybi08, "88 05 03 e8 62 79 65", "88 00"),
        (Draft::Rfc6455, "88 05 03 e8 62 79 65", "88 00"),
    ] {
        let wire = Wire::of(draft);
        assert_eq!(written(|out| wire.close(normal, out)), hex(bytes), "{draft}");
        assert_eq!(written(|out| wire.close(None, out)), hex(empty), "{draft}");
        let abnormal = Some((CloseCode::ABNORMAL, "x"));
        assert_eq!(written(|out| wire.close(abnormal, out)), hex(empty), "{draft}");
    }
}

#[test]
fn the_answer_to_a_close() {
    for (draft, body, bytes) in [
        (Draft::Hybi01, &b""[..], "01 00"),
        (Draft::Hybi03, b"bye", "01 03 62 79 65"),
        (Draft::Hybi04, b"bye", "81 03 62 79 65"),
        (Draft::Hybi05, b"C", "81 01 43"),
        (Draft::Hybi06, b"\x03\xe8", "81 02 03 e8"),
        (Draft::Hybi08, b"\x03\xe8", "88 02 03 e8"),
    ] {
        assert_eq!(written(|out| Wire::of(draft).close_answer(body, out)), hex(bytes), "{draft}");
    }
}

#[test]
fn a_code_that_the_draft_does_not_have_is_left_out() {
    let sent = |draft, code| written(|out| Wire::of(draft).close(Some((code, "")), out))[2..].to_vec();
    for draft in [Draft::Hybi06, Draft::Hybi07, Draft::Hybi08] {
        assert_eq!(sent(draft, CloseCode::SIZE), 1004_u16.to_be_bytes(), "too large was 1004 then");
        assert_eq!(sent(draft, CloseCode(4000)), 4000_u16.to_be_bytes());
        for code in [CloseCode::POLICY, CloseCode::ERROR, CloseCode::SERVICE_RESTART] {
            assert_eq!(sent(draft, code), [0; 0], "{draft}: {code}");
            assert!(!Wire::of(draft).has_code(code));
        }
    }
    assert_eq!(sent(Draft::Hybi07, CloseCode::INVALID), [0; 0]);
    assert_eq!(sent(Draft::Hybi08, CloseCode::INVALID), 1007_u16.to_be_bytes());
}

#[test]
fn what_a_draft_can_do_is_what_its_wire_can_do() {
    for &draft in Draft::ALL {
        let wire = Wire::of(draft);
        assert_eq!(wire.supports_ping(), draft.has_ping(), "{draft}");
        assert_eq!(wire.supports_binary(), draft.has_binary(), "{draft}");
        assert_eq!(wire.has_code(CloseCode::NORMAL), draft.has_close_code(), "{draft}");
        assert_eq!(wire.has_close(), draft != Draft::Hixie75, "{draft}");
    }
    assert!(size_of::<Wire>() <= 2);
}
