//! Compressed messages: RFC 7692, whose examples are the vectors.

mod bounds;
mod rules;
mod streams;
mod vectors;
mod writing;

use flate2::{Compress, Compression, FlushCompress};

use crate::protocol::{Codec, Packing, Unpacking};

use super::{Decoded, Event, Limits, binary, decode_pieces_by, frame, text};

/// The first byte of a compressed text and binary message that is one frame, and of one that goes on.
const TEXT: u8 = 0xc1;
const BINARY: u8 = 0xc2;
const TEXT_BEGIN: u8 = 0x41;

fn takeover() -> Codec {
    Codec::rfc6455_deflate(Unpacking::new(15, true))
}

fn no_takeover() -> Codec {
    Codec::rfc6455_deflate(Unpacking::new(15, false))
}

/// Decodes `bytes` cut at every place, and byte by byte: always with the same outcome, which is returned.
fn decode_by(codec: impl Fn() -> Codec, bytes: &[u8], limits: &Limits) -> Decoded {
    let whole = decode_pieces_by(codec(), [bytes], limits);
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        assert_eq!(decode_pieces_by(codec(), [front, back], limits), whole, "cut at {cut}");
    }
    assert_eq!(decode_pieces_by(codec(), bytes.chunks(1), limits), whole, "byte by byte");
    whole
}

fn decode(codec: impl Fn() -> Codec, bytes: &[u8]) -> Decoded {
    decode_by(codec, bytes, &Limits::default())
}

/// One flushed piece of a stream, without its last four bytes: `flate2` alone, nothing of ours.
fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() * 2 + 1000);
    let mut state = Compress::new_with_window_bits(Compression::new(6), false, 15);
    state.compress_vec(payload, &mut out, FlushCompress::Sync).unwrap();
    assert_eq!(state.total_in(), payload.len() as u64);
    assert!(out.ends_with(&[0, 0, 0xff, 0xff]));
    out.truncate(out.len() - 4);
    out
}

fn packing(takeover: bool) -> Packing {
    Packing::new(6, 15, takeover)
}

/// Bytes that cannot be compressed.
fn noise(len: u32) -> Vec<u8> {
    (0..len).map(|i| i.wrapping_mul(i | 1).wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect()
}
