mod accepted;
mod arbitrary;
mod early;
#[cfg(feature = "http2")]
mod extended;
mod extensions;
mod hybi;
mod origins;
mod refused;
mod rejections;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Version};

use super::PeerFacts;
use crate::options::{Options, Settings};

/// Of a server that can write any answer.
fn facts(secure: bool) -> PeerFacts<'static> {
    // Each with its own: what one test refuses keeps no other from its line.
    PeerFacts { secure, host: None, takes_early: true, strangers: Box::leak(Box::default()) }
}

/// The example of RFC 6455, 1.2, with `edits`: `-Name` takes a field away, `=Name: value` replaces it, `Name: value`
/// adds one more, and a line without a colon is the request line.
fn request(edits: &[&str]) -> Parts {
    let mut parts = Request::get("/chat").body(()).unwrap().into_parts().0;
    for field in [
        "Host: server.example.com",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ] {
        append(&mut parts.headers, field);
    }
    for edit in edits {
        if let Some(name) = edit.strip_prefix('-') {
            assert!(parts.headers.remove(name).is_some(), "{edit}");
        } else if let Some(field) = edit.strip_prefix('=') {
            parts.headers.remove(split(field).0);
            append(&mut parts.headers, field);
        } else if edit.contains(" HTTP/") {
            request_line(&mut parts, edit);
        } else {
            append(&mut parts.headers, edit);
        }
    }
    parts
}

fn request_line(parts: &mut Parts, line: &str) {
    let [method, target, version] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
    parts.method = method.parse().unwrap();
    parts.uri = target.parse().unwrap();
    parts.version = match version {
        "HTTP/1.0" => Version::HTTP_10,
        "HTTP/1.1" => Version::HTTP_11,
        _ => Version::HTTP_2,
    };
}

fn append(headers: &mut HeaderMap, field: &str) {
    let (name, value) = split(field);
    let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
    headers.append(name.parse::<HeaderName>().unwrap(), value);
}

fn split(field: &str) -> (&str, &str) {
    let (name, value) = field.split_once(':').unwrap();
    (name, value.strip_prefix(' ').unwrap_or(value))
}

fn fields(headers: &HeaderMap) -> Vec<String> {
    headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
}

fn settings(options: &[(&str, &str)]) -> Settings {
    let mut set = Options::new();
    for (name, value) in options {
        set.set(name, value).unwrap();
    }
    set.resolve().unwrap()
}
