//! The opening handshake: a request head in, a decision out. No sockets, no clock.
//!
//! RFC 6455, 4.2, and its drafts from hybi-07 on, which differ in the version number and in the name of the origin's
//! field.

mod extensions;
mod fields;
mod key;
mod origin;
mod refusal;
pub(crate) mod rejection;

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, SEC_WEBSOCKET_EXTENSIONS, TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, Version};

use self::extensions::Agreement;
use self::fields::{Field, PROTOCOL, VERSION, field, has_token, list, speaks_websocket};
pub(crate) use self::refusal::Refusal;
pub use self::rejection::Rejection;
use crate::draft::Draft;
use crate::options::origin::Authority;
use crate::options::{Drafts, Settings, is_token};
use crate::protocol::{Codec, Wire};

/// Whether a request is a handshake that a route with these settings takes.
///
/// # Errors
///
/// The first rule that the request breaks, in the order of RFC 6455, 4.2.1, so that of two mistakes the more basic
/// one is told. A forbidden origin is also logged.
pub(crate) fn negotiate(req: &Parts, settings: &Settings, peer: PeerFacts) -> Result<Accept, Refusal> {
    upgrade(req)?;
    let host = host(req)?;
    let draft = draft(&req.headers, settings.drafts)?;
    let answer = key::answer(&req.headers)?;
    origin::check(&req.headers, draft, settings, host, peer)?;
    let subprotocol = subprotocol(&req.headers, settings)?;
    // The drafts have no such extension.
    let compression = settings.compression.filter(|_| draft == Draft::Rfc6455);
    let compression = compression.and_then(|settings| extensions::agree(&req.headers, settings));
    Ok(Accept { draft, answer, subprotocol, compression })
}

/// What the request head does not tell about the connection it came on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerFacts {
    /// It came over TLS.
    pub(crate) secure: bool,
}

/// A handshake that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accept {
    pub(crate) draft: Draft,
    answer: key::Answer,
    /// Which of the settings' protocols.
    pub(crate) subprotocol: Option<usize>,
    /// How messages are compressed.
    pub(crate) compression: Option<Agreement>,
}

impl Accept {
    /// The subprotocol by name, given the settings that it was negotiated with.
    pub(crate) fn protocol<'a>(&self, settings: &'a Settings) -> Option<&'a str> {
        settings.protocols.get(self.subprotocol?).map(|name| &**name)
    }

    /// How messages are written to the client.
    pub(crate) fn wire(&self) -> Wire {
        self.compression.map_or(Wire::RFC6455, |agreed| Wire::RFC6455.with_packing(agreed.packing))
    }

    /// What reads the client's messages.
    pub(crate) fn codec(&self) -> Codec {
        self.compression.map_or_else(Codec::rfc6455, |agreed| Codec::rfc6455_deflate(agreed.unpacking))
    }

    /// The head of the 101, given the settings that it was negotiated with.
    pub(crate) fn response(&self, settings: &Settings) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(http::header::SEC_WEBSOCKET_ACCEPT, self.answer.header());
        // The client sent this name in a header of its own, so it always is a valid value.
        if let Some(name) = self.protocol(settings).and_then(|name| HeaderValue::from_str(name).ok()) {
            headers.insert(PROTOCOL, name);
        }
        if let Some(agreement) = self.compression {
            headers.insert(SEC_WEBSOCKET_EXTENSIONS, agreement.header());
        }
        response
    }
}

fn upgrade(req: &Parts) -> Result<(), Refusal> {
    let headers = &req.headers;
    if req.method != Method::GET {
        return Err(Refusal::Method);
    }
    let asked = has_token(headers, UPGRADE, "websocket");
    if !asked && !speaks_websocket(headers) {
        return Err(Refusal::NotUpgrade);
    }
    if req.version != Version::HTTP_11 {
        return Err(Refusal::HttpVersion);
    }
    if !asked {
        return Err(Refusal::UpgradeLost);
    }
    if !has_token(headers, CONNECTION, "upgrade") {
        return Err(Refusal::Connection);
    }
    if has_body(headers) { Err(Refusal::Body) } else { Ok(()) }
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers.get_all(CONTENT_LENGTH).iter().any(|length| length != "0")
}

/// The host that the client asked for: that of an absolute request line goes before the header (RFC 9112, 3.2.2).
fn host(req: &Parts) -> Result<Authority<'_>, Refusal> {
    let header = match field(&req.headers, HOST) {
        Field::Absent => return Err(Refusal::HostMissing),
        Field::Repeated => return Err(Refusal::HostRepeated),
        Field::Once(value) => {
            str::from_utf8(value).ok().and_then(Authority::parse).ok_or(Refusal::HostMalformed)?
        }
    };
    match req.uri.authority() {
        Some(asked) => Authority::parse(asked.as_str()).ok_or(Refusal::HostMalformed),
        None => Ok(header),
    }
}

/// The version field alone decides; without it this is an older draft or nothing, and never a newer one.
fn draft(headers: &HeaderMap, allowed: Drafts) -> Result<Draft, Refusal> {
    let value = match field(headers, VERSION) {
        Field::Absent => return Err(without_version(headers, allowed)),
        Field::Repeated => return Err(Refusal::VersionRepeated(allowed)),
        Field::Once(value) if value.contains(&b',') => return Err(Refusal::VersionRepeated(allowed)),
        Field::Once(value) => value,
    };
    let version = version_number(value).ok_or(Refusal::VersionMalformed(allowed))?;
    let draft = match version {
        13 => Draft::Rfc6455,
        8 => Draft::Hybi08,
        7 => Draft::Hybi07,
        6 => Draft::Hybi06,
        5 => Draft::Hybi05,
        4 => Draft::Hybi04,
        _ => return Err(Refusal::VersionUnknown(allowed)),
    };
    if allowed.contains(draft) { Ok(draft) } else { Err(Refusal::DraftNotAllowed(draft, allowed)) }
}

fn without_version(headers: &HeaderMap, allowed: Drafts) -> Refusal {
    let early = ["sec-websocket-key1", "sec-websocket-key2", "sec-websocket-draft"];
    if early.into_iter().any(|name| headers.contains_key(name)) {
        Refusal::EarlyDraft
    } else if speaks_websocket(headers) {
        Refusal::VersionMissing(allowed)
    } else {
        Refusal::Hixie75
    }
}

/// 0 to 255 without leading zeros (RFC 6455, 4.3).
fn version_number(digits: &[u8]) -> Option<u8> {
    let plain = digits.iter().all(u8::is_ascii_digit) && (digits.len() == 1 || !digits.starts_with(b"0"));
    plain.then(|| str::from_utf8(digits).ok()?.parse().ok())?
}

/// The server's first that the client offers. None in common is no error (RFC 6455, 4.2.2).
fn subprotocol(headers: &HeaderMap, settings: &Settings) -> Result<Option<usize>, Refusal> {
    if !list(headers, PROTOCOL).all(|offer| str::from_utf8(offer).is_ok_and(is_token)) {
        return Err(Refusal::Protocols);
    }
    let offered = |name: &str| list(headers, PROTOCOL).any(|offer| offer == name.as_bytes());
    Ok(settings.protocols.iter().position(|name| offered(name)))
}

#[cfg(test)]
mod tests;
