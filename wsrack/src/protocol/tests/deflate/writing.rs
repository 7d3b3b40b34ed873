//! What is written can be read by `flate2` alone.

use bytes::BytesMut;
use flate2::{Decompress, FlushDecompress};

use super::{noise, packing};
use crate::protocol::{Compressor, Fragment, Kind, Packing, Wire};

fn wire(packing: Packing) -> Wire {
    Wire::RFC6455.with_packing(packing)
}

/// The payload behind a server's header.
fn payload(frame: &[u8]) -> &[u8] {
    match frame[1] {
        126 => &frame[4..],
        127 => &frame[10..],
        _ => &frame[2..],
    }
}

fn inflate(state: &mut Decompress, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 20);
    let input = [payload, &[0, 0, 0xff, 0xff]].concat();
    state.decompress_vec(&input, &mut out, FlushDecompress::Sync).unwrap();
    out
}

#[test]
fn the_examples_of_the_rfc_come_out_as_they_stand_there() {
    let mut compressor = Compressor::new(packing(true));
    let mut out = BytesMut::new();
    for expected in [&b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"[..], b"\xc1\x05\xf2\x00\x11\x00\x00"] {
        out.clear();
        wire(packing(true)).message_by(&mut compressor, Kind::Text, b"Hello", &mut out).unwrap();
        assert_eq!(out, expected);
    }
    out.clear();
    wire(packing(true)).message_by(&mut compressor, Kind::Binary, b"", &mut out).unwrap();
    assert_eq!(out, b"\xc2\x01\x00"[..]);
}

#[test]
fn each_message_by_itself_can_be_inflated_by_itself() {
    let text = "a message that is worth it, a message that is worth it";
    for level in 1..=9 {
        for window_bits in 9..=15 {
            let wire = wire(Packing::new(level, window_bits, false));
            let mut first = BytesMut::new();
            wire.message(Kind::Text, text.as_bytes(), &mut first);
            let mut second = BytesMut::new();
            wire.message(Kind::Text, text.as_bytes(), &mut second);
            assert_eq!(first, second, "nothing is left of the first");
            assert_eq!(first[0], 0xc1);
            let mut state = Decompress::new_with_window_bits(false, window_bits);
            assert_eq!(inflate(&mut state, payload(&first)), text.as_bytes());
        }
    }
}

#[test]
fn what_does_not_get_smaller_goes_as_it_is() {
    for payload in [&b""[..], b"x", b"0123456789abcdef"] {
        let mut out = BytesMut::new();
        wire(packing(false)).message(Kind::Binary, payload, &mut out);
        assert_eq!((out[0], &out[2..]), (0x82, payload));
    }
}

#[test]
fn large_messages_of_any_kind_stay_within_the_window() {
    let noise = noise(200_000);
    let lines = "a line of many, number 42\n".repeat(9000);
    for window_bits in 9..=15 {
        let packing = Packing::new(6, window_bits, true);
        let mut compressor = Compressor::new(packing);
        let mut state = Decompress::new_with_window_bits(false, window_bits);
        for message in [lines.as_bytes(), &noise, lines.as_bytes(), b"", &noise[..70_000]] {
            let mut out = BytesMut::new();
            wire(packing).message_by(&mut compressor, Kind::Binary, message, &mut out).unwrap();
            assert!(inflate(&mut state, payload(&out)) == message, "{window_bits} bits");
        }
    }
}

#[test]
fn parts_are_one_message_and_can_be_inflated_as_they_come() {
    let mut compressor = Compressor::new(packing(false));
    let mut state = Decompress::new(false);
    let mut inflated = Vec::new();
    for part in [&b"one, "[..], b"", b"one, two, ", b"one, two, three"] {
        let mut out = Vec::new();
        compressor.part(part, false, &mut out).unwrap();
        let mut piece = Vec::with_capacity(1000);
        state.decompress_vec(&out, &mut piece, FlushDecompress::Sync).unwrap();
        assert_eq!(piece, part, "at once");
        inflated.extend(piece);
    }
    let mut out = Vec::new();
    compressor.part(b"", true, &mut out).unwrap();
    assert_eq!(out, [0]);
    assert_eq!(inflate(&mut state, &out), b"");
    assert_eq!(inflated, b"one, one, two, one, two, three");
}

#[test]
fn only_the_first_of_several_frames_has_the_bit() {
    let wire = wire(packing(false));
    assert_eq!(wire.fragment_header(Fragment::First(Kind::Text), 3).compressed().as_ref(), [0x41, 3]);
    assert_eq!(wire.fragment_header(Fragment::Middle, 3).as_ref(), [0x00, 3]);
    assert_eq!(wire.fragment_header(Fragment::Last, 1).as_ref(), [0x80, 1]);
    assert_eq!(wire.header(Kind::Text, 3).as_ref(), [0x81, 3], "what stands before a plain payload");
}

#[test]
fn a_wire_tells_what_is_compressed_alike() {
    let plain = Wire::RFC6455;
    let shared = plain.with_packing(packing(false));
    assert_eq!(shared, plain.with_packing(Packing::new(6, 15, false)));
    assert_ne!(shared, plain);
    assert_ne!(shared, plain.with_packing(Packing::new(6, 10, false)));
    assert_eq!(shared.uncompressed(), plain);
    assert_eq!((plain.packing(), shared.packing()), (None, Some(packing(false))));
}
