//! UTF-8 after Autobahn's section 6: valid text passes however it is cut, and wrong text fails at its
//! first wrong byte, in a fragment, across fragments and inside a frame that is still arriving.

use crate::protocol::{
    Event,
    ProtocolError::{InvalidUtf8, TruncatedUtf8},
};

use super::{decode, decode_pieces, first_wrong, frame, text};

const HEADER: usize = 6;

/// Text, and the place of its first wrong byte.
const BROKEN: [(&[u8], usize); 17] = [
    (b"\x80", 0),
    (b"\xbf", 0),
    (b"\xc0", 0),
    (b"\xc1\xbf", 0),
    (b"\xf5\x80\x80\x80", 0),
    (b"\xfe", 0),
    (b"\xff", 0),
    (b"\xed\xa0\x80", 1),
    (b"\xed\xbf\xbf", 1),
    (b"\xf4\x90\x80\x80", 1),
    (b"\xf8\x88\x80\x80\x80", 0),
    (b"\xe0\x80\x80", 1),
    (b"\xf0\x80\x80\x80", 1),
    (b"\xf0\x8f\xbf\xbf", 1),
    (b"\xe2\x82a", 2),
    (b"\xf0\x9f\x98\xc3", 3),
    (b"\xc3\xc3", 1),
];

#[test]
fn broken_text_fails_at_its_first_wrong_byte() {
    for (broken, at) in BROKEN {
        for before in ["", "a", "κόσμε", &"x".repeat(70), &"щ".repeat(50)] {
            let payload = [before.as_bytes(), broken, b" and more".as_slice()].concat();
            let bytes = frame(0x81, &payload);
            let header = bytes.len() - payload.len();
            let wrong = header + before.len() + at + 1;
            assert_eq!(first_wrong(&bytes), Some((InvalidUtf8, wrong)), "{before}{broken:x?}");
            assert_eq!(decode(&bytes).1, Some(InvalidUtf8), "{before}{broken:x?}");
        }
    }
}

#[test]
fn broken_text_fails_at_its_first_wrong_byte_across_fragments() {
    for (broken, at) in BROKEN {
        let payload = ["κόσμε".as_bytes(), broken, b"z"].concat();
        let wrong = "κόσμε".len() + at;
        for cut in 0..=payload.len() {
            let (front, back) = payload.split_at(cut);
            let bytes = [frame(0x01, front), frame(0x89, b"!"), frame(0x80, back)].concat();
            let skipped = if wrong < cut { 0 } else { HEADER + 7 };
            let expected = Some((InvalidUtf8, HEADER + skipped + wrong + 1));
            assert_eq!(first_wrong(&bytes), expected, "{broken:x?} cut at {cut}");
        }
    }
}

#[test]
fn autobahn_6_4_the_first_of_several_pieces_decides() {
    // κόσμε, a character beyond U+10FFFF, "edited": the piece ends after the wrong byte.
    let payload = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90\x80\x80edited";
    let bytes = frame(0x81, payload);
    let (events, error) = decode_pieces([&bytes[..HEADER + 12]], &super::Limits::default());
    assert_eq!((events, error), (vec![], None), "f4 alone may still become a character");
    assert_eq!(decode_pieces([&bytes[..HEADER + 13]], &super::Limits::default()).1, Some(InvalidUtf8));
}

#[test]
fn text_must_not_end_inside_a_character() {
    for end in [&b"\xc3"[..], b"\xe2\x82", b"\xf0\x9f\x98", b"\xf0"] {
        for before in ["", "abc", &"ß".repeat(200)] {
            let payload = [before.as_bytes(), end].concat();
            assert_eq!(decode(&frame(0x81, &payload)), (vec![], Some(TruncatedUtf8)), "{before}{end:x?}");
            let fragments = [frame(0x01, &payload), frame(0x80, b"")].concat();
            assert_eq!(decode(&fragments), (vec![], Some(TruncatedUtf8)), "{before}{end:x?}");
        }
    }
    assert_eq!(TruncatedUtf8.close_code(), 1007);
}

#[test]
fn every_character_boundary_of_the_code_space_passes() {
    let all = "\0\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{fffd}\u{ffff}\u{10000}\u{10ffff}";
    assert_eq!(decode(&frame(0x81, all.as_bytes())), (vec![text(all)], None));
    let singles: Vec<u8> =
        [frame(0x01, b""), all.bytes().flat_map(|byte| frame(0x00, &[byte])).collect(), frame(0x80, b"")]
            .concat();
    assert_eq!(decode(&singles), (vec![text(all)], None));
}

#[test]
fn long_text_is_the_same_text_however_it_is_found_valid() {
    for pattern in ["ascii only. ", "gemischter Täxt. ", "русский текст. ", "漢字🙂"] {
        for len in [60, 63, 64, 65, 127, 128, 255, 256, 257, 1000] {
            let long = pattern.repeat(len / pattern.len() + 1);
            let (events, error) = decode(&frame(0x81, long.as_bytes()));
            assert_eq!((events, error), (vec![text(&long)], None), "{len} of {pattern}");
        }
    }
}

#[test]
fn binary_is_not_looked_at() {
    let bytes = [frame(0x82, b"\xff\xfe"), frame(0x02, b"\xc0"), frame(0x80, b"\xc0")].concat();
    let events = vec![Event::Binary(vec![0xff, 0xfe].into()), Event::Binary(vec![0xc0, 0xc0].into())];
    assert_eq!(decode(&bytes), (events, None));
}
