//! The proof that the server read the handshake (RFC 6455, 4.2.2, step 5.4), and what came before it.

use bytes::Bytes;
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
    Nonce { key: Key, nonce: Nonce, secret: Secret },
    /// hybi-05 and later.
    Answer(Key),
    /// HTTP/2 needs none.
    #[cfg(feature = "http2")]
    Stream,
}

/// The value of `Sec-WebSocket-Key`: base64 of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 24]);

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
                Ok(Self::Nonce { key, nonce, secret: Secret::new(key.0, nonce.0) })
            }
            _ => key(headers).map(Self::Answer),
        }
    }

    /// The headers that prove it; none where the proof is not HTTP's to write.
    pub(super) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let (key, nonce) = match self {
            Self::None | Self::Challenge(_) => (None, None),
            #[cfg(feature = "http2")]
            Self::Stream => (None, None),
            Self::Nonce { key, nonce, .. } => (Some(key), Some(nonce)),
            Self::Answer(key) => (Some(key), None),
        };
        let answer = key.map(|key| (SEC_WEBSOCKET_ACCEPT, base64(derive_accept_key(&key.0))));
        answer.into_iter().chain(nonce.map(|nonce| (NONCE, base64(nonce.0.to_vec()))))
    }

    /// Whether the answer is not HTTP's to write.
    pub(super) fn is_early(&self) -> bool {
        matches!(self, Self::None | Self::Challenge(_))
    }

    /// Whether the connection is a stream of HTTP/2.
    #[cfg_attr(not(feature = "http2"), expect(clippy::unused_self, reason = "there are none"))]
    pub(super) fn is_stream(&self) -> bool {
        #[cfg(feature = "http2")]
        return matches!(self, Self::Stream);
        #[cfg(not(feature = "http2"))]
        false
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

fn base64(text: impl Into<Bytes>) -> HeaderValue {
    // Base64 holds no byte that a header must not.
    HeaderValue::from_maybe_shared(text.into()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The client's key.
fn key(headers: &HeaderMap) -> Result<Key, Refusal> {
    match field(headers, KEY) {
        Field::Absent => Err(Refusal::KeyMissing),
        Field::Repeated => Err(Refusal::KeyRepeated),
        Field::Once(key) => key.try_into().ok().filter(is_key).map(Key).ok_or(Refusal::KeyMalformed),
    }
}

/// Base64 of 16 bytes: 22 characters, then `==`. The four spare bits of the last character are not looked at.
fn is_key(key: &[u8; 24]) -> bool {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    key.strip_suffix(b"==").is_some_and(|digits| digits.iter().all(base64))
}
