//! Masking: XOR with a 4-byte key that repeats (section 5.3).

/// Masks or unmasks `bytes`, the first of which meets the first byte of `key`.
///
/// Words of eight bytes in blocks of 64: the compiler makes vector instructions of the blocks, and short
/// messages do not pay for them.
#[inline]
pub(super) fn apply(bytes: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (blocks, rest) = bytes.as_chunks_mut::<64>();
    for block in blocks {
        apply_words(block.as_chunks_mut().0, wide);
    }
    let (words, tail) = rest.as_chunks_mut();
    apply_words(words, wide);
    for (byte, key) in tail.iter_mut().zip(wide.to_ne_bytes()) {
        *byte ^= key;
    }
}

/// The key as it meets the byte that is `offset` bytes further on.
#[inline]
pub(super) fn advance(key: [u8; 4], offset: usize) -> [u8; 4] {
    [0, 1, 2, 3].map(|i| key[offset.wrapping_add(i) & 3])
}

#[inline]
fn apply_words(words: &mut [[u8; 8]], key: u64) {
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ key).to_ne_bytes();
    }
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
                    apply(&mut fast[start..start + len], advance(KEY, offset));
                    naive(&mut plain[start..start + len], offset);
                    assert_eq!(fast, plain, "start {start}, length {len}, offset {offset}");
                }
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
