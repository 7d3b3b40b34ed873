//! hybi-01 to hybi-12: what a client sends.

use super::*;
use crate::protocol::ProtocolError::*;

/// Frames of a client, and what they say.
fn check(drafts: &[Draft], rows: &[(&str, &[Event])]) {
    for &draft in drafts {
        for (bytes, events) in rows {
            assert_eq!(decode(draft, &hex(bytes)), (events.to_vec(), None), "{draft}: {bytes}");
        }
    }
}

fn ping(bytes: &'static str) -> Event {
    Event::Ping(bytes.into())
}

fn pong(bytes: &'static str) -> Event {
    Event::Pong(bytes.into())
}

#[test]
fn the_vectors_of_hybi_01_to_03() {
    check(
        &UNMASKED,
        &[
            ("04 05 48 65 6c 6c 6f", &[text("Hello")]),
            ("84 03 48 65 6c 00 02 6c 6f", &[text("Hello")]),
            ("05 02 01 02", &[binary(&[1, 2])]),
            ("02 05 48 65 6c 6c 6f", &[ping("Hello")]),
            ("03 05 48 65 6c 6c 6f", &[pong("Hello")]),
            ("01 00", &[Event::Close(None)]),
            ("01 03 62 79 65", &[Event::Close(None)]),
        ],
    );
    for draft in UNMASKED {
        let bytes = [hex("05 7e 01 00"), vec![7; 256]].concat();
        assert_eq!(decode(draft, &bytes), (vec![binary(&[7; 256])], None));
        assert_eq!(decode(draft, &hex("05 7f 00 00 00 00 00 01 00 00")), (vec![], None));
    }
}

#[test]
fn the_vectors_of_hybi_04() {
    let front = "41 42 43 44";
    for (hidden, event) in [
        ("95 b2 08 46 15 83 46", text("Hello")),
        ("93 b2 08 46 15 83 46", ping("Hello")),
        ("90 b7", Event::Close(None)),
    ] {
        check(&[Draft::Hybi04], &[(&format!("{front} {hidden}"), &[event])]);
    }
}

#[test]
fn the_vectors_of_hybi_05_and_06() {
    check(
        &[Draft::Hybi05, Draft::Hybi06],
        &[
            ("37 fa 21 3d b3 ff 69 58 5b 96 4e", &[text("Hello")]),
            ("00 00 01 00 84 05 49 65 6c 6c 6e", &[text("Hello")]),
            ("37 fa 21 3d 33 f9 69 58 5b 37 fa 21 3d b7 f8 4d 52", &[text("Hello")]),
            ("37 fa 21 3d b2 f8 20 3f", &[binary(&[1, 2])]),
            ("37 fa 21 3d b5 ff 69 58 5b 96 4e", &[ping("Hello")]),
            ("37 fa 21 3d b4 ff 69 58 5b 96 4e", &[pong("Hello")]),
        ],
    );
    check(&[Draft::Hybi05], &[("37 fa 21 3d b6 fb 62", &[Event::Close(None)])]);
    check(&[Draft::Hybi06], &[("37 fa 21 3d b6 f8 22 d5", &[close(1000, "")])]);
}

#[test]
fn the_vectors_of_hybi_07_to_12() {
    check(
        &[Draft::Hybi07, Draft::Hybi08],
        &[
            ("81 85 37 fa 21 3d 7f 9f 4d 51 58", &[text("Hello")]),
            ("01 83 37 fa 21 3d 7f 9f 4d 80 82 37 fa 21 3d 5b 95", &[text("Hello")]),
            ("82 82 37 fa 21 3d 36 f8", &[binary(&[1, 2])]),
            ("89 85 37 fa 21 3d 7f 9f 4d 51 58", &[ping("Hello")]),
            ("8a 85 37 fa 21 3d 7f 9f 4d 51 58", &[pong("Hello")]),
            ("88 82 37 fa 21 3d 34 12", &[close(1000, "")]),
            ("88 80 37 fa 21 3d", &[Event::Close(None)]),
        ],
    );
}

#[test]
fn the_answer_to_a_close_repeats_what_the_draft_has_it_repeat() {
    let answer = |draft, body: &[u8]| {
        let (decoded, codec) = decode_pieces(draft, [&frame(draft, 0x88, body)[..]], &Limits::default());
        assert_eq!(decoded.1, None);
        codec.close_answer().map(<[u8]>::to_vec)
    };
    for draft in [Draft::Hybi01, Draft::Hybi02] {
        assert_eq!(answer(draft, b"bye"), Some(vec![]));
    }
    for draft in [Draft::Hybi03, Draft::Hybi04] {
        assert_eq!(answer(draft, b"bye"), Some(b"bye".to_vec()));
        assert_eq!(answer(draft, &[0xff, 0x00]), Some(vec![0xff, 0x00]), "which need not be text");
    }
    assert_eq!(answer(Draft::Hybi05, b"C"), Some(b"C".to_vec()));
    for draft in [Draft::Hybi06, Draft::Hybi07, Draft::Hybi08] {
        assert_eq!(answer(draft, b"\x03\xe8bye"), Some(b"\x03\xe8bye".to_vec()));
        assert_eq!(answer(draft, b""), Some(vec![]));
    }
    assert_eq!(answer(Draft::Hybi07, b"\x03\xe8a\xff"), Some(b"\x03\xe8".to_vec()), "only what is valid");
}

#[test]
fn close_codes_of_hybi_06_to_12() {
    for draft in [Draft::Hybi06, Draft::Hybi07, Draft::Hybi08] {
        let said = |body: &[u8]| decode(draft, &frame(draft, 0x88, body));
        assert_eq!(said(b"\x0f\xa1bis sp\xc3\xa4ter"), (vec![close(4001, "bis später")], None));
        assert_eq!(said(&1004_u16.to_be_bytes()), (vec![close(1009, "")], None), "too large");
        assert_eq!(said(b"\x03"), (vec![], Some(CloseBodyOneByte)));
        for code in [0, 999, 1005, 1006, 1015, 2000, 5000_u16] {
            assert_eq!(said(&code.to_be_bytes()), (vec![], Some(InvalidCloseCode(code))));
        }
    }
}

#[test]
fn control_frames_come_between_fragments() {
    for draft in HYBI {
        let bytes = [
            frame(draft, 0x01, b"one "),
            frame(draft, 0x89, b"a"),
            frame(draft, 0x00, b"two "),
            frame(draft, 0x8a, b"b"),
            frame(draft, 0x80, b"three"),
            frame(draft, 0x02, b"1"),
            frame(draft, 0x88, b""),
        ]
        .concat();
        let events = vec![ping("a"), pong("b"), text("one two three"), Event::Close(None)];
        assert_eq!(decode(draft, &bytes), (events, None), "{draft}");
    }
}

#[test]
fn every_form_of_length() {
    for draft in HYBI {
        for len in [0, 124, 125, 126, 127, 300] {
            let payload = vec![b'*'; len];
            let bytes = [frame(draft, 0x82, &payload), frame(draft, 0x81, &payload)].concat();
            let events = vec![binary(&payload), text(str::from_utf8(&payload).unwrap())];
            assert_eq!(decode(draft, &bytes), (events, None), "{draft}: length {len}");
        }
        let large: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let bytes = [frame(draft, 0x82, &large), frame(draft, 0x81, b"a")].concat();
        for size in [1013, 65536] {
            let (decoded, _) = decode_pieces(draft, bytes.chunks(size), &Limits::default());
            assert_eq!(decoded, (vec![binary(&large), text("a")], None), "{draft}: by {size}");
        }
    }
}

#[test]
fn reserved_bits_and_opcodes() {
    for draft in HYBI {
        for bit in [0x10, 0x20, 0x40] {
            let bytes = hide(draft, &[plain(draft, 0x81, b"")[0] | bit, 0]);
            assert_eq!(decode(draft, &bytes).1, Some(ReservedBit), "{draft}");
        }
    }
    for draft in &HYBI[..6] {
        for opcode in 6..=15 {
            let bytes = hide(*draft, &[plain(*draft, 0x80, b"")[0] | opcode]);
            fails(*draft, &bytes, ReservedOldOpcode(opcode));
        }
        // The bit above the length.
        let bytes = hide(*draft, &[plain(*draft, 0x81, b"")[0], 0x85]);
        fails(*draft, &bytes, ReservedBit);
    }
    for draft in &HYBI[6..] {
        for opcode in (3..=7).chain(11..=15) {
            fails(*draft, &[0x80 | opcode], ReservedOpcode(opcode));
        }
        fails(*draft, &[0x81, 0x05], UnmaskedFrame);
    }
    assert_eq!(ReservedOldOpcode(6).to_string(), "opcode 0x6 is reserved; this draft knows 0x0 to 0x5");
}

#[test]
fn what_the_first_byte_breaks_goes_first() {
    for draft in &HYBI[..6] {
        let bytes = hide(*draft, &[plain(*draft, 0x80, b"")[0], 0x85]);
        assert_eq!(decode(*draft, &bytes).1, Some(UnexpectedContinuation), "{draft}");
    }
}

#[test]
fn broken_sequences() {
    for draft in HYBI {
        // The last byte is the first of a header.
        let first = |byte: u8| {
            let mut bytes = hide(draft, &plain(draft, byte, b""));
            bytes.truncate(if matches!(draft, Draft::Hybi04 | Draft::Hybi05 | Draft::Hybi06) {
                5
            } else {
                1
            });
            bytes
        };
        fails(draft, &first(0x80), UnexpectedContinuation);
        fails(draft, &first(0x00), UnexpectedContinuation);
        for byte in [0x81, 0x82, 0x01, 0x02] {
            fails(draft, &[frame(draft, 0x01, b"a"), first(byte)].concat(), ExpectedContinuation);
        }
        for byte in [0x08, 0x09, 0x0a] {
            fails(draft, &first(byte), FragmentedControl);
        }
        for byte in [0x88, 0x89, 0x8a] {
            let long = hide(draft, &plain(draft, byte, &[0; 126])[..2]);
            assert_eq!(decode(draft, &long).1, Some(ControlTooLong), "{draft}");
        }
    }
}

#[test]
fn lengths_that_are_wrong() {
    for draft in HYBI {
        let top = plain(draft, 0x82, b"")[0];
        for (length, error) in [
            (&[126, 0x00, 0x7d][..], LengthNotMinimal),
            (&[127, 0, 0, 0, 0, 0, 0, 0xff, 0xff], LengthNotMinimal),
            (&[127, 0x80], LengthTopBit),
            (&[127, 0, 0, 0, 0, 0x7f, 0, 0, 0], FrameTooBig { limit: 1 << 20 }),
        ] {
            let bytes = hide(draft, &[&[top], length].concat());
            assert_eq!(decode(draft, &bytes).1, Some(error), "{draft}: {length:x?}");
        }
    }
}

#[test]
fn limits_hold_in_every_draft() {
    let limits = Limits { max_message_size: 5, max_frame_size: 4, max_fragments: 2, streams: Streams::NONE };
    for draft in HYBI {
        for (bytes, error) in [
            (frame(draft, 0x81, b"five!"), FrameTooBig { limit: 4 }),
            ([frame(draft, 0x01, b"four"), frame(draft, 0x80, b"ty")].concat(), MessageTooBig { limit: 5 }),
            (frame(draft, 0x02, b"").repeat(1), TooManyFragments { limit: 2 }),
        ] {
            let more = [frame(draft, 0x00, b""), frame(draft, 0x00, b"")].concat();
            let bytes = if let TooManyFragments { .. } = error { [bytes, more].concat() } else { bytes };
            assert_eq!(decode_with(draft, &bytes, &limits), (vec![], Some(error)), "{draft}");
        }
    }
}

#[test]
fn a_whole_frame_is_a_slice_of_the_input() {
    for draft in HYBI {
        let mut codec = Codec::new(draft, secret());
        let mut input =
            BytesMut::from(&[frame(draft, 0x82, &[7; 90]), frame(draft, 0x81, b"rest")].concat()[..]);
        let range = input.as_ptr_range();
        let Ok(Some(Event::Binary(bytes))) = codec.decode(&mut input, &Limits::default()) else { panic!() };
        assert!(range.contains(&bytes.as_ptr()), "{draft}");
        assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(Some(text("rest"))));
    }
}
