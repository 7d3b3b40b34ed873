//! Text that has been checked, without a second check.
//!
//! The one place of this crate with `unsafe`. `Utf8Bytes` over the read buffer can otherwise only come from
//! the standard library's check, which takes 490 instructions for 1 KiB of ASCII, more than all else that is
//! done with such a message but unmasking and copying; seen while it is unmasked, that it is ASCII costs 70.

use std::str;

use bytes::{Buf, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::mask;

/// Shorter text is not worth a call through `simdutf8`'s choice of instructions.
const SIMD_MIN: usize = 64;

/// The payload of a text frame, which begins at `payload` and is masked with `key` from `masked` on; or its bytes
/// again where they are no text. (`Bytes` skips the header for less than `BytesMut` would.)
#[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
#[inline(always)]
pub(super) fn text(
    mut frame: BytesMut,
    payload: usize,
    masked: usize,
    key: [u8; 4],
) -> Result<Utf8Bytes, Bytes> {
    let is_ascii = mask::apply(frame.get_mut(masked..).unwrap_or_default(), key) && masked == payload;
    let mut text = frame.freeze();
    text.advance(payload);
    if !is_ascii && !is_utf8(&text) {
        return Err(text);
    }
    #[expect(unsafe_code, reason = "see the head of this file")]
    // SAFETY: `from_bytes_unchecked` asks for valid UTF-8. Either `is_utf8` has just seen that these very bytes are,
    // or `mask::apply` has that all from `masked` on are ASCII, and that is where `text` begins. What a `Bytes` holds
    // does not change while it is there. (It could behind a `Bytes::from_owner` with interior mutability; ours are
    // frozen read buffers.)
    let text = unsafe { Utf8Bytes::from_bytes_unchecked(text) };
    Ok(text)
}

/// Whether a piece of text is UTF-8 as it stands.
#[inline]
fn is_utf8(bytes: &[u8]) -> bool {
    if bytes.len() >= SIMD_MIN {
        return simdutf8::basic::from_utf8(bytes).is_ok();
    }
    str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    /// The same behind a header of six bytes, of which `known` are unmasked.
    fn text(payload: &[u8], known: usize) -> Result<Utf8Bytes, Bytes> {
        let mut frame = BytesMut::from(&b"header"[..]);
        frame.extend_from_slice(payload);
        mask::apply(&mut frame[6 + known..], mask::advance(KEY, known));
        super::text(frame, 6, 6 + known, mask::advance(KEY, known))
    }

    #[test]
    fn says_what_the_standard_library_says() {
        let texts = ["", "a", "ä", "日本", "🦀", "a\u{7ff}", "\u{10ffff}"];
        for before in 0..140 {
            for text in texts {
                let whole = format!("{}{text}{}", "x".repeat(before), "y".repeat(before % 7));
                for cut in 0..=whole.len() {
                    let bytes = &whole.as_bytes()[..cut];
                    let expected = str::from_utf8(bytes).map_err(|_| Bytes::copy_from_slice(bytes));
                    for known in [0, cut / 2, cut] {
                        let got = self::text(bytes, known);
                        assert_eq!(got.as_ref().map(Utf8Bytes::as_str), expected.as_ref().copied());
                    }
                }
            }
        }
    }

    #[test]
    fn no_single_byte_makes_wrong_text_right() {
        for len in [1, 2, 3, 20, 63, 64, 65, 200] {
            for at in [0, len / 2, len - 1] {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![b'x'; len];
                    bytes[at] = byte;
                    for known in [0, at, len] {
                        let right = text(&bytes, known).is_ok();
                        assert_eq!(right, byte.is_ascii(), "{byte:#x} at {at} of {len}");
                    }
                }
            }
        }
    }
}
