//! The opening handshake: a request head in, a decision out. No sockets, no clock.
//!
//! RFC 6455, 4.2, and its drafts from hybi-04 on, which differ in the version number and in the name of the origin's
//! field; the handshakes before it, whose answers are not HTTP's to write: see [`early`]; and that of HTTP/2: see
//! `extended`.

mod early;
#[cfg(feature = "http2")]
mod extended;
mod extensions;
mod fields;
mod key;
mod origin;
mod recognition;
mod refusal;
pub(crate) mod rejection;

use bytes::BytesMut;
use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, SEC_WEBSOCKET_EXTENSIONS, TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, Version};

pub(crate) use self::early::{EarlyAnswer, KEY_SIZE};
use self::extensions::Agreement;
use self::fields::{Field, HIXIE_PROTOCOL, PROTOCOL, field, has_token, list, speaks_websocket};
use self::key::Proof;
pub(crate) use self::recognition::{has_challenge, is_early};
pub(crate) use self::refusal::Refusal;
pub use self::rejection::Rejection;
use crate::draft::Draft;
use crate::flood::Flood;
use crate::options::origin::Authority;
use crate::options::{Settings, is_token};
use crate::protocol::{Codec, Wire};

/// Whether a request is a handshake that a route with these settings takes.
///
/// # Errors
///
/// The first rule that the request breaks, in the order of RFC 6455, 4.2.1, so that of two mistakes the more basic
/// one is told. A forbidden origin is also logged, though not each of many.
pub(crate) fn negotiate(req: &Parts, settings: &Settings, peer: PeerFacts<'_>) -> Result<Accept, Refusal> {
    #[cfg(feature = "http2")]
    if extended::is_http2(req) {
        return extended::negotiate(req, settings, peer);
    }
    upgrade(req)?;
    let host = host(req, peer)?;
    let draft = recognition::draft(&req.headers, settings.drafts, peer)?;
    let proof = Proof::new(draft, &req.headers)?;
    origin::check(&req.headers, draft, settings, host, peer)?;
    agree(req, settings, draft, proof)
}

/// What both sides can do beyond the protocol itself.
fn agree(req: &Parts, settings: &Settings, draft: Draft, proof: Proof) -> Result<Accept, Refusal> {
    let subprotocol = subprotocol(&req.headers, draft, settings)?;
    // The drafts have no such extension.
    let compression = settings.compression.filter(|_| draft == Draft::Rfc6455);
    let compression = compression.and_then(|settings| extensions::agree(&req.headers, settings));
    Ok(Accept { draft, proof, subprotocol, compression })
}

/// What the request head does not tell about the connection it came on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerFacts<'a> {
    /// It came over TLS.
    pub(crate) secure: bool,
    /// The host that the client asked for, where a proxy tells it.
    pub(crate) host: Option<&'a str>,
    /// The server can write an [`EarlyAnswer`].
    pub(crate) takes_early: bool,
    /// Decides which of the origins that are refused are logged.
    pub(crate) strangers: &'a Flood,
}

/// A handshake that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accept {
    pub(crate) draft: Draft,
    proof: Proof,
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

    /// What reads the client's messages.
    pub(crate) fn codec(&self) -> Codec {
        let plain = || Codec::new(self.draft, self.proof.secret());
        self.compression.map_or_else(plain, |agreed| Codec::rfc6455_deflate(agreed.unpacking))
    }

    /// How messages are written to the client.
    pub(crate) fn wire(&self) -> Wire {
        let plain = Wire::of(self.draft);
        self.compression.map_or(plain, |agreed| plain.with_packing(agreed.packing))
    }

    /// The head of the 101, or of HTTP/2's 200, given the settings that it was negotiated with. It is bare where
    /// there is an [`EarlyAnswer`] in its place.
    pub(crate) fn response(&self, settings: &Settings) -> Response<()> {
        let mut response = self.bare_response();
        response.headers_mut().extend(self.fields(settings));
        response
    }

    /// The same without its fields, where the server writes those itself.
    pub(crate) fn bare_response(&self) -> Response<()> {
        let mut response = Response::new(());
        if !self.proof.is_stream() {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        }
        response
    }

    /// Adds the bytes of the 101 to what a server is about to write.
    pub(crate) fn write(&self, settings: &Settings, out: &mut BytesMut) {
        out.extend_from_slice(b"HTTP/1.1 101 Switching Protocols\r\n");
        for (name, value) in self.fields(settings) {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
    }

    fn fields(&self, settings: &Settings) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let is_early = self.proof.is_early();
        let upgrade = [(UPGRADE, "websocket"), (CONNECTION, "Upgrade")].into_iter();
        let upgrade = upgrade.filter(move |_| !is_early && !self.proof.is_stream());
        let upgrade = upgrade.map(|(name, value)| (name, HeaderValue::from_static(value)));
        // The client sent this name in a header of its own, so it always is a valid value.
        let name = self.protocol(settings).filter(|_| !is_early);
        let protocol = name.and_then(|name| Some((PROTOCOL, HeaderValue::from_str(name).ok()?)));
        let extensions = self.compression.map(|agreed| (SEC_WEBSOCKET_EXTENSIONS, agreed.header()));
        upgrade.chain(self.proof.headers()).chain(protocol).chain(extensions)
    }

    /// The answer, where HTTP cannot write it.
    pub(crate) fn early_answer(
        &self,
        req: &Parts,
        settings: &Settings,
        peer: PeerFacts<'_>,
    ) -> Option<EarlyAnswer> {
        EarlyAnswer::new(self.draft, self.proof.challenge(), self.protocol(settings), req, peer)
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
    // Some clients announce the key that follows the head.
    let is_none = |length: &HeaderValue| length == "0" || (length == "8" && has_challenge(headers));
    headers.contains_key(TRANSFER_ENCODING) || !headers.get_all(CONTENT_LENGTH).iter().all(is_none)
}

/// The host that the client asked for: that of an absolute request line goes before the header (RFC 9112, 3.2.2), and
/// what a proxy tells before both.
fn host<'a>(req: &'a Parts, peer: PeerFacts<'a>) -> Result<Authority<'a>, Refusal> {
    let header = match field(&req.headers, HOST) {
        Field::Absent => return Err(Refusal::HostMissing),
        Field::Repeated => return Err(Refusal::HostRepeated),
        Field::Once(value) => {
            str::from_utf8(value).ok().and_then(Authority::parse).ok_or(Refusal::HostMalformed)?
        }
    };
    match peer.host.or_else(|| req.uri.authority().map(http::uri::Authority::as_str)) {
        Some(asked) => Authority::parse(asked).ok_or(Refusal::HostMalformed),
        None => Ok(header),
    }
}

/// The server's first that the client offers. None in common is no error (RFC 6455, 4.2.2).
fn subprotocol(headers: &HeaderMap, draft: Draft, settings: &Settings) -> Result<Option<usize>, Refusal> {
    let offered: &dyn Fn(&str) -> bool = match draft {
        Draft::Hixie75 => &|name| is_offered(headers, HIXIE_PROTOCOL, name),
        Draft::Hixie76 => &|name| is_offered(headers, PROTOCOL, name),
        Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => &|name| {
            let names = headers
                .get_all(PROTOCOL)
                .into_iter()
                .flat_map(|value| value.as_bytes().split(u8::is_ascii_whitespace));
            names.into_iter().any(|offer| offer == name.as_bytes())
        },
        _ if !list(headers, PROTOCOL).all(|offer| str::from_utf8(offer).is_ok_and(is_token)) => {
            return Err(Refusal::Protocols);
        }
        _ => &|name| list(headers, PROTOCOL).any(|offer| offer == name.as_bytes()),
    };
    Ok(settings.protocols.iter().position(|name| offered(name)))
}

/// Whether a field that holds one name holds this one.
fn is_offered(headers: &HeaderMap, field_name: HeaderName, name: &str) -> bool {
    matches!(field(headers, field_name), Field::Once(offer) if offer == name.as_bytes())
}

#[cfg(test)]
mod tests;
