//! Masking: XOR with a 4-byte key that repeats (section 5.3).

/// Masks or unmasks `bytes`, the first of which meets the first byte of `key`.
///
/// In blocks of 64 bytes, of which the compiler makes vector instructions, then in words; short messages do
/// not pay for the blocks.
#[inline]
pub(super) fn apply(bytes: &mut [u8], key: [u8; 4]) {
    let word = u32::from_ne_bytes(key);
    let wide = u64::from(word) << 32 | u64::from(word);
    let (blocks, rest) = bytes.as_chunks_mut::<64>();
    for block in blocks {
        apply_block(block, wide);
    }
    let (words, tail) = rest.as_chunks_mut();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(wide.to_ne_bytes()) {
        *byte ^= key;
    }
}

/// The key as it meets the byte that is `offset` bytes further on.
#[inline]
pub(super) fn advance(key: [u8; 4], offset: usize) -> [u8; 4] {
    [0, 1, 2, 3].map(|i| key[offset.wrapping_add(i) & 3])
}

/// All words are read before the first is written: only so does the compiler see one vector in them.
#[inline]
fn apply_block(block: &mut [u8; 64], key: u64) {
    let (words, _) = block.as_chunks_mut();
    let mut masked = [0; 8];
    for (masked, word) in masked.iter_mut().zip(&*words) {
        *masked = u64::from_ne_bytes(*word) ^ key;
    }
    for (word, masked) in words.iter_mut().zip(masked) {
        *word = masked.to_ne_bytes();
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
