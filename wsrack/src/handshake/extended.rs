//! The handshake over HTTP/2: an extended CONNECT (RFC 8441), whose stream is the connection.
//!
//! It has neither key nor answer, for the stream is proof enough that the server speaks the protocol; the other fields
//! are those of HTTP/1.1. Drafts of WebSocket have no such handshake.

use http::header::HOST;
use http::request::Parts;
use http::{Method, Version};
use hyper::ext::Protocol;

use super::fields::{Field, VERSION, field};
use super::key::Proof;
use super::{Accept, PeerFacts, Refusal, agree, origin};
use crate::draft::Draft;
use crate::options::Settings;
use crate::options::origin::Authority;

/// Whether a request came over HTTP/2.
pub(super) fn is_http2(req: &Parts) -> bool {
    req.version == Version::HTTP_2
}

/// As [`negotiate`](super::negotiate), for a request over HTTP/2.
pub(super) fn negotiate(req: &Parts, settings: &Settings, peer: PeerFacts<'_>) -> Result<Accept, Refusal> {
    if req.method != Method::CONNECT {
        return Err(Refusal::NotConnect);
    }
    match req.extensions.get::<Protocol>() {
        None => return Err(Refusal::PlainConnect),
        Some(protocol) if protocol.as_str() != "websocket" => return Err(Refusal::OtherProtocol),
        Some(_) => {}
    }
    let host = host(req, peer)?;
    let draft = Draft::Rfc6455;
    if !matches!(field(&req.headers, VERSION), Field::Once(b"13")) {
        return Err(Refusal::ExtendedVersion);
    }
    if !settings.drafts.contains(draft) {
        return Err(Refusal::ExtendedNotAllowed);
    }
    origin::check(&req.headers, draft, settings, host, peer)?;
    agree(req, settings, draft, Proof::Stream)
}

/// What a proxy tells, else `:authority`, or the header where there is none (RFC 9113, 8.3.1).
fn host<'a>(req: &'a Parts, peer: PeerFacts<'a>) -> Result<Authority<'a>, Refusal> {
    let header = |value| str::from_utf8(value).ok();
    let asked = peer.host.or_else(|| req.uri.authority().map(http::uri::Authority::as_str));
    let host = match (asked, field(&req.headers, HOST)) {
        (Some(asked), _) => Some(asked),
        (None, Field::Once(value)) => header(value),
        (None, Field::Absent) => return Err(Refusal::HostMissing),
        (None, Field::Repeated) => return Err(Refusal::HostRepeated),
    };
    host.and_then(Authority::parse).ok_or(Refusal::HostMalformed)
}
