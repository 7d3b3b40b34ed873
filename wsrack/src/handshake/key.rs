//! The proof that the server read the handshake (RFC 6455, 4.2.2, step 5.4).

use http::HeaderValue;
use http::header::HeaderMap;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Refusal;
use super::fields::{Field, KEY, field};

/// Base64 of the 20 bytes of a SHA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer([u8; 28]);

impl Answer {
    pub(super) fn header(self) -> HeaderValue {
        // Base64 holds no byte that a header must not.
        HeaderValue::from_bytes(&self.0).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The value of `Sec-WebSocket-Accept`.
pub(super) fn answer(headers: &HeaderMap) -> Result<Answer, Refusal> {
    match field(headers, KEY) {
        Field::Absent => Err(Refusal::KeyMissing),
        Field::Repeated => Err(Refusal::KeyRepeated),
        Field::Once(key) if is_key(key) => {
            derive_accept_key(key).as_bytes().try_into().map(Answer).map_err(|_| Refusal::KeyMalformed)
        }
        Field::Once(_) => Err(Refusal::KeyMalformed),
    }
}

/// Base64 of 16 bytes: 22 characters, then `==`. The four spare bits of the last character are not looked at.
fn is_key(key: &[u8]) -> bool {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    key.len() == 24 && key.strip_suffix(b"==").is_some_and(|digits| digits.iter().all(base64))
}
