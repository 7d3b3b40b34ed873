//! Where a stream is cut.

/// About so many pieces at the most.
const COUNT_MAX: usize = 4000;

/// The same bytes in pieces, by a seed: byte by byte, whole, or of sizes up to a power of two.
pub(crate) fn pieces(bytes: &[u8], seed: u32) -> Vec<&[u8]> {
    match seed % 8 {
        0 => bytes.chunks(bytes.len() / COUNT_MAX + 1).collect(),
        1 => vec![bytes],
        scale => {
            let mut state = seed | 1;
            let mut rest = bytes;
            let mut pieces = Vec::new();
            while !rest.is_empty() {
                // Marsaglia's xorshift.
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                let size = bytes.len() / COUNT_MAX + 1 + state as usize % (1 << (2 * scale));
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                pieces.push(piece);
                rest = behind;
            }
            pieces
        }
    }
}
