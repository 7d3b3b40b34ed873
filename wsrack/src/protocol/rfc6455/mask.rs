//! Masking: XOR with a 4-byte key that repeats (section 5.3).

/// Masks or unmasks `bytes`, the first of which meets the first byte of `key`. Whether all of what comes out is
/// ASCII, which costs those little who ask, and nothing the others.
///
/// 1 KiB takes 360 instructions of those that every x86-64 has, and 130 of AVX2's; short messages do not pay for
/// the choice.
#[inline]
pub(super) fn apply(bytes: &mut [u8], key: [u8; 4]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= WIDE_MIN && std::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "AVX2 saves a quarter of what 1 KiB costs in all: see above")]
        // SAFETY: `apply_avx2` is safe code, compiled for processors that have AVX2, and this one has it.
        return unsafe { apply_avx2(bytes, key) };
    }
    apply_words(bytes, key)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_avx2(bytes: &mut [u8], key: [u8; 4]) -> bool {
    apply_words(bytes, key)
}

/// The compiler makes vector instructions of a loop as plain as the first one here.
#[inline]
fn apply_words(bytes: &mut [u8], key: [u8; 4]) -> bool {
    let half = u32::from_ne_bytes(key);
    let whole = u64::from(half) << 32 | u64::from(half);
    let mut seen = 0;
    let (words, rest) = bytes.as_chunks_mut();
    for bytes in words {
        let word = u64::from_ne_bytes(*bytes) ^ whole;
        *bytes = word.to_ne_bytes();
        seen |= word;
    }
    let (words, rest) = rest.as_chunks_mut();
    for bytes in words {
        let word = u32::from_ne_bytes(*bytes) ^ half;
        *bytes = word.to_ne_bytes();
        seen |= u64::from(word);
    }
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
        seen |= u64::from(*byte);
    }
    seen & NOT_ASCII == 0
}

/// Fewer bytes are not worth the look whether there is AVX2.
#[cfg(target_arch = "x86_64")]
const WIDE_MIN: usize = 128;

/// The top bit of each byte.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

/// The key as it meets the byte that is `offset` bytes further on.
#[inline]
pub(super) fn advance(key: [u8; 4], offset: usize) -> [u8; 4] {
    [0, 1, 2, 3].map(|i| key[offset.wrapping_add(i) & 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn naive(bytes: &mut [u8], offset: usize) {
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte ^= KEY[(offset + i) % 4];
        }
    }

    #[test]
    fn equals_the_plain_loop_at_every_alignment_offset_and_length() {
        let source: Vec<u8> = (0..=255).cycle().take(300).collect();
        for start in 0..9 {
            for len in (0..140).chain([191, 192, 193, 255, 256, 257]) {
                for offset in 0..9 {
                    let (mut fast, mut plain) = (source.clone(), source.clone());
                    let is_ascii = apply(&mut fast[start..start + len], advance(KEY, offset));
                    naive(&mut plain[start..start + len], offset);
                    assert_eq!(is_ascii, plain[start..start + len].is_ascii());
                    assert_eq!(fast, plain, "start {start}, length {len}, offset {offset}");
                }
            }
        }
    }

    #[test]
    fn one_byte_that_is_not_ascii_is_seen_wherever_it_stands() {
        for len in 0..200 {
            let mut masked = vec![b'x'; len];
            naive(&mut masked, 0);
            assert!(apply(&mut masked.clone(), KEY), "length {len}");
            for at in 0..len {
                let mut bytes = masked.clone();
                bytes[at] ^= 0x80;
                assert!(!apply(&mut bytes, KEY), "length {len}, at {at}");
            }
        }
    }

    #[test]
    fn pieces_equal_the_whole() {
        let source: Vec<u8> = (0..200).collect();
        let mut whole = source.clone();
        apply(&mut whole, KEY);
        for cut in 0..=source.len() {
            let mut pieces = source.clone();
            let (front, back) = pieces.split_at_mut(cut);
            apply(front, KEY);
            apply(back, advance(KEY, cut));
            assert_eq!(pieces, whole, "cut at {cut}");
        }
    }
}
