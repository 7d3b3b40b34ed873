//! Text that has been checked, without a second check.
//!
//! The one place of this crate with `unsafe`. `Utf8Bytes` over the read buffer can otherwise only come from
//! the standard library's check, which takes 490 instructions for 1 KiB of ASCII, more than all else that is
//! done with such a message but unmasking and copying; `simdutf8` takes 130.

use std::str;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Shorter text is not worth a call through `simdutf8`'s choice of instructions.
const SIMD_MIN: usize = 64;

/// The bytes as text, or back again where they are none.
#[inline]
pub(super) fn text(bytes: Bytes) -> Result<Utf8Bytes, Bytes> {
    if !is_utf8(&bytes) {
        return Err(bytes);
    }
    #[expect(unsafe_code, reason = "see the head of this file")]
    // SAFETY: `from_bytes_unchecked` asks for valid UTF-8. `is_utf8` has just seen that these very bytes are:
    // `bytes` is the same value, of the same length, and what a `Bytes` holds does not change while it is
    // there. (It could behind a `Bytes::from_owner` with interior mutability; ours are frozen read buffers.)
    let text = unsafe { Utf8Bytes::from_bytes_unchecked(bytes) };
    Ok(text)
}

/// Whether a piece of text is UTF-8 as it stands.
#[inline]
pub(super) fn is_utf8(bytes: &[u8]) -> bool {
    if bytes.len() >= SIMD_MIN {
        return simdutf8::basic::from_utf8(bytes).is_ok();
    }
    bytes.is_ascii() || str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_standard_library_says() {
        let texts = ["", "a", "ä", "日本", "🦀", "a\u{7ff}", "\u{10ffff}"];
        for before in 0..140 {
            for text in texts {
                let whole = format!("{}{text}{}", "x".repeat(before), "y".repeat(before % 7));
                for cut in 0..=whole.len() {
                    let bytes = Bytes::copy_from_slice(&whole.as_bytes()[..cut]);
                    let expected = str::from_utf8(&bytes).map(str::to_owned).map_err(|_| bytes.clone());
                    let got = self::text(bytes.clone()).map(|text| text.as_str().to_owned());
                    assert_eq!(got, expected, "{cut} bytes of {whole:?}");
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
                    assert_eq!(text(bytes.into()).is_ok(), byte.is_ascii(), "{byte:#x} at {at} of {len}");
                }
            }
        }
    }
}
