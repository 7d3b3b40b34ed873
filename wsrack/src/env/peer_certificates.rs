//! What a client has shown of itself.

use std::sync::Arc;

/// Certificates in DER; a request's extension.
#[derive(Clone, Debug)]
pub(crate) struct PeerCertificates(Arc<[Box<[u8]>]>);

impl PeerCertificates {
    pub(crate) fn new(shown: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        Self(shown.into_iter().map(|der| der.as_ref().into()).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|der| &**der)
    }
}

/// The form that Ruby's `OpenSSL::X509::Certificate` reads (RFC 7468).
pub(super) fn pem(der: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    // 48 bytes are the 64 characters of a line.
    for line in der.chunks(48) {
        line.chunks(3).for_each(|three| pem.extend(base64(three)));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

/// One to three bytes as four characters.
fn base64(bytes: &[u8]) -> [char; 4] {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let digit =
        |at: usize| if at <= bytes.len() { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) } else { '=' };
    [digit(0), digit(1), digit(2), digit(3)]
}

#[cfg(test)]
mod tests {
    use super::pem;

    #[test]
    fn pem_has_lines_of_64_characters() {
        let framed = |lines: &str| format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n");
        assert_eq!(pem(b"f"), framed("Zg==\n"));
        assert_eq!(pem(b"fo"), framed("Zm8=\n"));
        assert_eq!(pem(b"foobar\xff\xfe"), framed("Zm9vYmFy//4=\n"));
        assert_eq!(pem(&[0; 49]), framed(&format!("{}\nAA==\n", "A".repeat(64))));
    }
}
