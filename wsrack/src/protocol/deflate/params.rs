//! What the two ends agreed on, for each direction.

use std::fmt;
use std::num::NonZeroU8;
use std::ops::RangeInclusive;

/// The sizes of window that can be compressed with and inflated with, as powers of two: 512 bytes to 32 KiB.
///
/// The RFC also knows 8. There is no compressor for it; what one has made is inflated with 9.
///
/// ```
/// use wsrack::protocol::WINDOW_BITS;
///
/// assert!(WINDOW_BITS.contains(&15) && !WINDOW_BITS.contains(&8));
/// ```
pub const WINDOW_BITS: RangeInclusive<u8> = 9..=15;

/// How messages are compressed for a client.
///
/// One byte, so that a connection without compression pays nothing for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Packing(NonZeroU8);

impl Packing {
    const LEVELS: RangeInclusive<u8> = 1..=9;

    /// `level` is 1 (fast) to 9 (small), `window_bits` is within [`WINDOW_BITS`]; what lies outside is taken as the
    /// nearest. `takeover`: a message may refer to those before it.
    ///
    /// ```
    /// use wsrack::protocol::Packing;
    ///
    /// let packing = Packing::new(3, 8, false);
    /// assert_eq!((packing.level(), packing.window_bits(), packing.takeover()), (3, 9, false));
    /// ```
    pub fn new(level: u8, window_bits: u8, takeover: bool) -> Self {
        let level = level.clamp(*Self::LEVELS.start(), *Self::LEVELS.end());
        let window_bits = window_bits.clamp(*WINDOW_BITS.start(), *WINDOW_BITS.end());
        // Four bits, three bits and one: the level keeps it from being zero.
        let byte = level << 4 | (window_bits - WINDOW_BITS.start()) << 1 | u8::from(takeover);
        Self(NonZeroU8::new(byte).unwrap_or(NonZeroU8::MIN))
    }

    /// 1 (fast) to 9 (small).
    pub fn level(self) -> u8 {
        self.0.get() >> 4
    }

    /// The window as a power of two.
    pub fn window_bits(self) -> u8 {
        (self.0.get() >> 1 & 0b111) + WINDOW_BITS.start()
    }

    /// Whether a message may refer to those before it.
    pub fn takeover(self) -> bool {
        self.0.get() & 1 != 0
    }
}

impl fmt::Debug for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packing")
            .field("level", &self.level())
            .field("window_bits", &self.window_bits())
            .field("takeover", &self.takeover())
            .finish()
    }
}

/// How a client compresses its messages.
///
/// # Examples
///
/// The "Hello" of RFC 7692, section 7.2.3.1, with a mask of zeros:
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::Limits;
/// use wsrack::protocol::{Codec, Event, Unpacking};
///
/// let mut codec = Codec::rfc6455_deflate(Unpacking::new(15, true));
/// let mut input = BytesMut::from(&b"\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00"[..]);
/// assert_eq!(codec.decode(&mut input, &Limits::default())?, Some(Event::Text("Hello".into())));
/// # Ok::<(), wsrack::protocol::ProtocolError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpacking {
    window_bits: u8,
    takeover: bool,
}

impl Unpacking {
    /// `window_bits` is within [`WINDOW_BITS`]; what lies outside is taken as the nearest. `takeover`: a message may
    /// refer to those before it.
    pub fn new(window_bits: u8, takeover: bool) -> Self {
        Self { window_bits: window_bits.clamp(*WINDOW_BITS.start(), *WINDOW_BITS.end()), takeover }
    }

    /// The window as a power of two.
    pub fn window_bits(self) -> u8 {
        self.window_bits
    }

    /// Whether a message may refer to those before it.
    pub fn takeover(self) -> bool {
        self.takeover
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packing_is_what_it_was_made_of() {
        for level in 1..=9 {
            for window_bits in WINDOW_BITS {
                for takeover in [false, true] {
                    let packing = Packing::new(level, window_bits, takeover);
                    let read = (packing.level(), packing.window_bits(), packing.takeover());
                    assert_eq!(read, (level, window_bits, takeover));
                }
            }
        }
        assert_eq!(size_of::<Option<Packing>>(), 1);
    }

    #[test]
    fn what_flate2_would_panic_on_is_taken_as_the_nearest() {
        assert_eq!(Packing::new(0, 0, false), Packing::new(1, 9, false));
        assert_eq!(Packing::new(200, 200, true), Packing::new(9, 15, true));
        assert_eq!(Unpacking::new(8, true), Unpacking::new(9, true));
        assert_eq!(Unpacking::new(16, false), Unpacking::new(15, false));
    }
}
