//! The proof that the server read the handshake (RFC 6455, 4.2.2, step 5.4), and what came before it.

use http::HeaderName;
use http::HeaderValue;
use http::header::{HeaderMap, SEC_WEBSOCKET_ACCEPT};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Refusal;
use super::early::Challenge;
use super::fields::{Field, KEY, NONCE, field};
use crate::draft::Draft;
use crate::protocol::Secret;

/// What a draft's handshake proves by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// hixie-75 has nothing.
    None,
    /// hixie-76 to hybi-03.
    Challenge(Challenge),
    /// hybi-04, which masks with what both sides put in.
    Nonce { answer: Answer, nonce: Nonce, secret: Secret },
    /// hybi-05 and later.
    Answer(Answer),
}

/// Base64 of the 20 bytes of a SHA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer([u8; 28]);

/// Base64 of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonce([u8; 24]);

impl Proof {
    pub(super) fn new(draft: Draft, headers: &HeaderMap) -> Result<Self, Refusal> {
        match draft {
            Draft::Hixie75 => Ok(Self::None),
            Draft::Hixie76 | Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => {
                Challenge::read(headers).map(Self::Challenge)
            }
            Draft::Hybi04 => {
                let key = key(headers)?;
                let nonce = Nonce::random()?;
                Ok(Self::Nonce { answer: answer(key)?, nonce, secret: Secret::new(key, nonce.0) })
            }
            _ => answer(key(headers)?).map(Self::Answer),
        }
    }

    /// The headers that prove it; none where the proof is not HTTP's to write.
    pub(super) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let (answer, nonce) = match self {
            Self::None | Self::Challenge(_) => (None, None),
            Self::Nonce { answer, nonce, .. } => (Some(answer), Some(nonce)),
            Self::Answer(answer) => (Some(answer), None),
        };
        let answer = answer.map(|answer| (SEC_WEBSOCKET_ACCEPT, base64(&answer.0)));
        answer.into_iter().chain(nonce.map(|nonce| (NONCE, base64(&nonce.0))))
    }

    pub(super) fn challenge(&self) -> Option<Challenge> {
        if let Self::Challenge(challenge) = self { Some(*challenge) } else { None }
    }

    pub(super) fn secret(&self) -> Secret {
        if let Self::Nonce { secret, .. } = self { *secret } else { Secret::default() }
    }
}

impl Nonce {
    fn random() -> Result<Self, Refusal> {
        // 16 random bytes in base64, whichever side they are for.
        generate_key().as_bytes().try_into().map(Self).map_err(|_| Refusal::KeyMalformed)
    }
}

fn base64(text: &[u8]) -> HeaderValue {
    // Base64 holds no byte that a header must not.
    HeaderValue::from_bytes(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The value of `Sec-WebSocket-Accept`.
fn answer(key: &[u8]) -> Result<Answer, Refusal> {
    derive_accept_key(key).as_bytes().try_into().map(Answer).map_err(|_| Refusal::KeyMalformed)
}

/// The value of `Sec-WebSocket-Key`.
fn key(headers: &HeaderMap) -> Result<&[u8], Refusal> {
    match field(headers, KEY) {
        Field::Absent => Err(Refusal::KeyMissing),
        Field::Repeated => Err(Refusal::KeyRepeated),
        Field::Once(key) if is_key(key) => Ok(key),
        Field::Once(_) => Err(Refusal::KeyMalformed),
    }
}

/// Base64 of 16 bytes: 22 characters, then `==`. The four spare bits of the last character are not looked at.
fn is_key(key: &[u8]) -> bool {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    key.len() == 24 && key.strip_suffix(b"==").is_some_and(|digits| digits.iter().all(base64))
}
