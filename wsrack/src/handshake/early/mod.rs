//! The handshakes of hixie-75 to hybi-03, whose answers no HTTP library writes: exact bytes, and behind the head of
//! some the proof.

mod challenge;

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use http::request::Parts;

pub(super) use self::challenge::Challenge;
use super::PeerFacts;
use crate::draft::Draft;

/// Bytes of the key that follows the head.
pub(crate) const KEY_SIZE: usize = 8;

/// The answer to a handshake that is taken, but for what follows from the key behind the head.
#[derive(Debug)]
pub(crate) struct EarlyAnswer {
    head: Vec<u8>,
    challenge: Option<Challenge>,
}

impl EarlyAnswer {
    /// `None` for a draft with an answer that HTTP libraries write.
    pub(super) fn new(
        draft: Draft,
        challenge: Option<Challenge>,
        protocol: Option<&str>,
        req: &Parts,
        peer: PeerFacts<'_>,
    ) -> Option<Self> {
        let (status, prefix) = match draft {
            Draft::Hixie75 => ("Web Socket Protocol Handshake", "WebSocket-"),
            Draft::Hixie76 | Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => {
                ("WebSocket Protocol Handshake", "Sec-WebSocket-")
            }
            _ => return None,
        };
        let head = format!("HTTP/1.1 101 {status}\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n");
        let mut head = head.into_bytes();
        let origin = req.headers.get(ORIGIN).map(HeaderValue::as_bytes);
        let location = location(req, peer);
        let protocol = protocol.map(str::as_bytes);
        let fields = if draft == Draft::Hixie75 {
            [("Origin", origin), ("Location", Some(&*location)), ("Protocol", protocol)]
        } else {
            [("Location", Some(&*location)), ("Origin", origin), ("Protocol", protocol)]
        };
        for (name, value) in fields {
            if let Some(value) = value {
                put(&mut head, &[prefix, name], value);
            }
        }
        Some(Self { head, challenge })
    }

    /// Whether the eight bytes behind the request's head are needed.
    pub(crate) fn awaits_key(&self) -> bool {
        self.challenge.is_some()
    }

    /// All bytes of the answer. `added` are the headers that layers have put on it; `key` is what followed the
    /// request's head.
    pub(crate) fn into_bytes(self, added: &HeaderMap, key: [u8; KEY_SIZE]) -> Vec<u8> {
        let mut bytes = self.head;
        for (name, value) in added.iter().filter(|(name, _)| !is_ours(name)) {
            put(&mut bytes, &[name.as_str()], value.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        if let Some(challenge) = self.challenge {
            bytes.extend_from_slice(&challenge.answer(key));
        }
        bytes
    }
}

/// `ws` or `wss`, the host as the client wrote it, path and query: clients compare it with what they asked for.
fn location(req: &Parts, peer: PeerFacts<'_>) -> Vec<u8> {
    let scheme: &[u8] = if peer.secure { b"wss://" } else { b"ws://" };
    let host = peer.host.map(str::as_bytes);
    let host = host.or_else(|| req.headers.get(HOST).map(HeaderValue::as_bytes)).unwrap_or_default();
    let path = req.uri.path_and_query().map_or("/", |path| path.as_str());
    [scheme, host, path.as_bytes()].concat()
}

/// A value holds no line break: it was the value of a header, or a target.
fn put(head: &mut Vec<u8>, name: &[&str], value: &[u8]) {
    for part in name {
        head.extend_from_slice(part.as_bytes());
    }
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

/// What the head says already, and what would say that more follows than the handshake has.
fn is_ours(name: &HeaderName) -> bool {
    let name = name.as_str();
    ["upgrade", "connection", "content-length", "transfer-encoding"].contains(&name)
        || name.starts_with("websocket-")
        || name.starts_with("sec-websocket-")
}
