//! The bytes that hide a client's frame in hybi-04 to hybi-06: header and payload alike.

use sha1::{Digest, Sha1};

use super::rules::Masking;

/// What hybi-04 masks with: both sides know it from the handshake.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Secret([u8; 20]);

/// A frame's mask, as it meets the frame's next byte.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pad {
    bytes: [u8; 20],
    at: u8,
}

impl Secret {
    /// Of the values of `Sec-WebSocket-Key` and `Sec-WebSocket-Nonce`, in their base64 form.
    ///
    /// ```
    /// use wsrack::protocol::Secret;
    ///
    /// let secret = Secret::new("dGhlIHNhbXBsZSBub25jZQ==", "H+cNj5elaybfGIQv1esl2w==");
    /// assert_eq!(secret, Secret::new("dGhlIHNhbXBsZSBub25jZQ==", "H+cNj5elaybfGIQv1esl2w=="));
    /// ```
    pub fn new(key: impl AsRef<[u8]>, nonce: impl AsRef<[u8]>) -> Self {
        let hash = Sha1::new().chain_update(key).chain_update(nonce);
        Self(hash.chain_update("61AC5F19-FBBA-4540-B96F-6561F1AB40A8").finalize().into())
    }
}

impl std::fmt::Debug for Secret {
    /// Names it, and does not tell it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Pad {
    /// Of the four bytes in front of a frame.
    pub(super) fn new(masking: Masking, front: [u8; 4], secret: &Secret) -> Self {
        let bytes = match masking {
            Masking::Sha1 => Sha1::new().chain_update(front).chain_update(secret.0).finalize().into(),
            Masking::Frame => std::array::from_fn(|i| front[i % 4]),
            Masking::None | Masking::Payload => [0; 20],
        };
        Self { bytes, at: 0 }
    }

    /// Passes over bytes of the frame.
    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count % 20 {
            self.at = (self.at + 1) % 20;
        }
    }

    /// Masks or unmasks the frame's next bytes.
    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte ^= self.bytes[usize::from(self.at)];
            self.at = (self.at + 1) % 20;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_hybi_04() {
        let secret = Secret::new("dGhlIHNhbXBsZSBub25jZQ==", "H+cNj5elaybfGIQv1esl2w==");
        let expected = 0x6322_a2ad_c02b_c433_e389_6d34_410b_74bb_u128.to_be_bytes();
        assert_eq!(secret.0[..16], expected);
        assert_eq!(secret.0[16..], [0x77, 0x39, 0xf9, 0x60]);

        let pad = Pad::new(Masking::Sha1, [0x41, 0x42, 0x43, 0x44], &secret);
        let expected = 0x11b7_4023_79ef_29f4_4fe6_ea4f_704f_fde2_u128.to_be_bytes();
        assert_eq!(pad.bytes[..16], expected);
        assert_eq!(pad.bytes[16..], [0xa5, 0xd0, 0x14, 0xf3]);
    }
}
