//! The handshakes that clients send.

use wsrack::Draft;

pub(crate) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub(crate) const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// What follows the head of hixie-76, and the answer to it.
pub(crate) const KEY3: &[u8] = b"^n:ds[4U";
pub(crate) const PROOF: &[u8] = b"8jKS'y:G*Co,Wxa-";

/// A head with `more` fields; a key behind it is not part of it.
pub(crate) fn head(draft: Draft, path: &str, more: &[&str]) -> Vec<u8> {
    let mut lines = vec![format!("GET {path} HTTP/1.1")];
    let mut put = |line: &str| lines.push(line.to_owned());
    put(if has_challenge(draft) || draft == Draft::Hixie75 {
        "Upgrade: WebSocket"
    } else {
        "Upgrade: websocket"
    });
    put("Connection: Upgrade");
    put("Host: example.com");
    match draft {
        Draft::Hixie75 => put("Origin: http://example.com"),
        draft if has_challenge(draft) => {
            put("Origin: http://example.com");
            put("Sec-WebSocket-Key2: 12998 5 Y3 1  .P00");
            put("Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5");
            match draft {
                Draft::Hybi01 => put("Sec-WebSocket-Draft: 1"),
                Draft::Hybi02 => put("Sec-WebSocket-Draft: 2"),
                Draft::Hybi03 => put("Sec-WebSocket-Draft: 3"),
                _ => {}
            }
        }
        draft => {
            put(if draft == Draft::Rfc6455 {
                "Origin: http://example.com"
            } else {
                "Sec-WebSocket-Origin: http://example.com"
            });
            put(&format!("Sec-WebSocket-Key: {KEY}"));
            put(&format!("Sec-WebSocket-Version: {}", draft.version().unwrap()));
        }
    }
    for line in more {
        put(line);
    }
    (lines.join("\r\n") + "\r\n\r\n").into_bytes()
}

/// The head and what follows it.
pub(crate) fn whole(draft: Draft, path: &str, more: &[&str]) -> Vec<u8> {
    let key = if has_challenge(draft) { KEY3 } else { b"" };
    [&head(draft, path, more)[..], key].concat()
}

pub(crate) fn has_challenge(draft: Draft) -> bool {
    matches!(draft, Draft::Hixie76 | Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03)
}
