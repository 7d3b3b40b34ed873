//! Request heads: what hyper takes for one request is what the handshake sees, and what is behind it goes to the
//! protocol, to the byte.

mod reference;
mod server;
mod sketch;

use arbitrary::{Arbitrary, Unstructured};
use bytes::{Buf, BytesMut};
use http::request::Parts;
use wsrack::__fuzz::{Accepted, Event, Kind, negotiate};
use wsrack::Limits;

use self::sketch::Sketch;

const KEY_SIZE: usize = 8;

pub fn run(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let Ok((structured, seed)) = input.arbitrary::<(u8, u32)>() else { return };
    let bytes = if structured % 2 == 0 {
        input.take_rest().to_vec()
    } else {
        let Ok(sketch) = Sketch::arbitrary_take_rest(input) else { return };
        sketch.write()
    };
    let (head, behind) = match reference::first_request(&bytes) {
        Some((head, behind)) => (Some(head), behind),
        None => (None, Vec::new()),
    };
    // `*` is below no mount, and a host alone, which hyper takes for a target, is refused.
    let has_path = |head: &&Parts| head.uri.path_and_query().is_some_and(|target| target != "*");
    let accepted = head.as_ref().filter(has_path);
    let accepted = accepted.and_then(|head| negotiate(head, &server::options()).ok());
    if let (Some(head), Some(accepted)) = (&head, &accepted) {
        assert_no_fallback(head, accepted);
    }
    let (came, seen) = server::ask(&bytes, seed);
    match (head, accepted) {
        (Some(head), Some(accepted)) => assert_taken(&head, accepted, behind, &came, &seen),
        _ => {
            let first = came.split(|byte| *byte == b'\r').next().unwrap_or_default();
            assert!(!first.starts_with(b"HTTP/1.1 101"), "taken: {}", bytes.escape_ascii());
        }
    }
}

/// A request that names a version is of that version, and a request with any of the newer fields not of hixie-75.
fn assert_no_fallback(head: &Parts, accepted: &Accepted) {
    let draft = accepted.draft();
    let has = |name: &str| head.headers.contains_key(name);
    if let Some(version) = head.headers.get("sec-websocket-version") {
        assert_eq!(version.to_str().ok().and_then(|version| version.parse().ok()), draft.version());
    } else {
        assert_eq!(draft.version(), None);
    }
    if head.headers.keys().any(|name| name.as_str().starts_with("sec-websocket-")) {
        assert_ne!(draft, wsrack::Draft::Hixie75, "{head:?}");
    }
    let is_early = !has("sec-websocket-version") && has("sec-websocket-key1") && has("sec-websocket-key2");
    assert_eq!(accepted.awaits_key(), is_early);
}

/// The answer is that of the handshake, and the client's messages are what is behind it and nothing else.
fn assert_taken(head: &Parts, accepted: Accepted, behind: Vec<u8>, came: &[u8], seen: &[String]) {
    let mut behind = BytesMut::from(&behind[..]);
    let (mut codec, wire) = (accepted.codec(), accepted.wire());
    let mut key = [0; KEY_SIZE];
    if accepted.awaits_key() {
        if behind.len() < KEY_SIZE {
            // Without a proof there is no connection. (A body of eight bytes is the key, too.)
            assert!(!came.starts_with(b"HTTP/1.1 101"), "{head:?}");
            return;
        }
        behind.copy_to_slice(&mut key);
    }
    let response = accepted.response();
    let protocols = accepted.draft();
    let echoed = match accepted.into_early_answer(key) {
        Some(answer) => {
            assert_plain(&answer);
            came.strip_prefix(&answer[..]).unwrap_or_else(|| {
                panic!("{protocols}: {} is not {}", came.escape_ascii(), answer.escape_ascii())
            })
        }
        None => {
            let end = came.windows(4).position(|end| end == b"\r\n\r\n").expect("an answer");
            let (answer, echoed) = came.split_at(end + 4);
            assert_plain(answer);
            let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
            assert!(text.starts_with("http/1.1 101 "), "{head:?}: {text}");
            for (name, value) in response.headers() {
                if name != "sec-websocket-nonce" {
                    let field = format!("\r\n{name}: {}\r\n", value.to_str().expect("a value of ours"));
                    assert!(text.contains(&field.to_ascii_lowercase()), "{field} is not in {text}");
                }
            }
            if response.headers().contains_key("sec-websocket-nonce") {
                // The mask is not known beforehand.
                return;
            }
            echoed
        }
    };
    assert_eq!(seen.first().map(String::as_str), Some(head.uri.path()), "the application sees the request");
    // As far as the client spoke well, it is echoed; a ping's answer may come before an echo.
    let mut expected = BytesMut::new();
    while let Ok(Some(event)) = codec.decode(&mut behind, &Limits::default()) {
        match event {
            Event::Text(text) => wire.message(Kind::Text, text.as_bytes(), &mut expected),
            Event::Binary(bytes) => wire.message(Kind::Binary, &bytes, &mut expected),
            Event::Ping(_) => return,
            _ => {}
        }
    }
    assert!(echoed.starts_with(&expected), "{} is not {}", echoed.escape_ascii(), expected.escape_ascii());
}

/// Lines end with CR LF, and nowhere else is a CR, an LF or a NUL.
fn assert_plain(answer: &[u8]) {
    let end = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("an end");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    for (at, line) in head.split("\r\n").enumerate() {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
        assert!(at == 0 || line.contains(": "), "{line:?} is no field");
    }
}
