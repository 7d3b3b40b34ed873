//! Frames that repeat: made once, and any run of them is one slice.

/// A sequence of frames of one length, without an end.
pub(super) struct Ring {
    /// The frames, twice.
    bytes: Vec<u8>,
    period: usize,
    frame: usize,
}

impl Ring {
    /// Of frames that all have the same length.
    pub(super) fn new(frames: &[Vec<u8>]) -> Self {
        let bytes = [frames, frames].concat().concat();
        Self { period: bytes.len() / 2, frame: frames[0].len(), bytes }
    }

    /// `count` frames from the one with number `from` on; not more than there are different ones.
    pub(super) fn run(&self, from: usize, count: usize) -> &[u8] {
        let start = from * self.frame % self.period;
        &self.bytes[start..start + count * self.frame]
    }

    /// Whether `bytes` stand at `position` in the sequence.
    pub(super) fn holds(&self, position: usize, mut bytes: &[u8]) -> bool {
        let mut expected = &self.bytes[position % self.period..];
        while bytes.len() > expected.len() {
            let (front, rest) = bytes.split_at(expected.len());
            if front != expected {
                return false;
            }
            (bytes, expected) = (rest, &self.bytes);
        }
        expected.starts_with(bytes)
    }

    /// How many whole frames `len` bytes are.
    pub(super) fn frames(&self, len: usize) -> usize {
        len / self.frame
    }
}
