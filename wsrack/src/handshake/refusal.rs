//! Why a request is no handshake, or not one that this route takes.

use http::header::{ALLOW, CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use http::status::StatusCode;

use super::fields::VERSION;
use super::rejection::Rejection;
use crate::draft::Draft;
use crate::options::Drafts;

/// One reason each; its text is the body of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("a WebSocket handshake is a GET request")]
    Method,
    #[error("a WebSocket handshake needs HTTP/1.1")]
    HttpVersion,
    #[error("this is a WebSocket; connect with a WebSocket client")]
    NotUpgrade,
    #[error("the header `Upgrade: websocket` is missing; a proxy in between may have dropped it")]
    UpgradeLost,
    #[error("the header `Connection: Upgrade` is missing; a proxy in between may have dropped it")]
    Connection,
    #[error("a WebSocket handshake has no body")]
    Body,
    #[error("the Host header is missing")]
    HostMissing,
    #[error("the Host header stands there more than once")]
    HostRepeated,
    #[error("the Host header is not a host name or address with an optional port")]
    HostMalformed,
    #[error("the Sec-WebSocket-Version header is missing; the versions spoken here: {0}")]
    VersionMissing(Drafts),
    #[error("Sec-WebSocket-Version is to name one version, and once; the versions spoken here: {0}")]
    VersionRepeated(Drafts),
    #[error("Sec-WebSocket-Version is not a number from 0 to 255; the versions spoken here: {0}")]
    VersionMalformed(Drafts),
    #[error("this WebSocket version is not known; the versions spoken here: {0}")]
    VersionUnknown(Drafts),
    #[error("{0} is not spoken here; the versions that are: {1}")]
    DraftNotAllowed(Draft, Drafts),
    #[error(
        "no Sec-WebSocket-Version and no Sec-WebSocket-Key: this is a handshake of hixie-75, which is not spoken here"
    )]
    Hixie75,
    #[error(
        "Sec-WebSocket-Key1, -Key2 or -Draft: this is a handshake of hixie-76 or hybi-00 to -03, which are not spoken \
         here"
    )]
    EarlyDraft,
    #[error("Sec-WebSocket-Draft is not a number from 0 to 3, or stands there more than once")]
    DraftNumber,
    #[error("the Sec-WebSocket-Key1 or the Sec-WebSocket-Key2 header is missing")]
    EarlyKeyMissing,
    #[error("the Sec-WebSocket-Key1 or the Sec-WebSocket-Key2 header stands there more than once")]
    EarlyKeyRepeated,
    #[error(
        "Sec-WebSocket-Key1 or Sec-WebSocket-Key2 has no digit, no blank, or digits that the number of blanks does \
         not divide evenly"
    )]
    EarlyKeyMalformed,
    #[error("the Sec-WebSocket-Key header is missing")]
    KeyMissing,
    #[error("the Sec-WebSocket-Key header stands there more than once")]
    KeyRepeated,
    #[error("Sec-WebSocket-Key is not the base64 form of 16 bytes")]
    KeyMalformed,
    #[error("pages of this origin may not connect")]
    Origin,
    #[error("the Sec-WebSocket-Origin header is missing, which hybi-04 and hybi-05 require")]
    OriginMissing,
    #[cfg(feature = "http2")]
    #[error("this is a WebSocket; over HTTP/2 it is opened by an extended CONNECT (RFC 8441)")]
    NotConnect,
    #[cfg(feature = "http2")]
    #[error("this CONNECT has no `:protocol`; a WebSocket is opened with `websocket` there (RFC 8441)")]
    PlainConnect,
    #[cfg(feature = "http2")]
    #[error("`:protocol` is not `websocket`, and no other protocol is spoken here")]
    OtherProtocol,
    #[cfg(feature = "http2")]
    #[error("over HTTP/2 Sec-WebSocket-Version is 13, once: older versions are spoken over HTTP/1.1 only")]
    ExtendedVersion,
    #[cfg(feature = "http2")]
    #[error("only older versions of the protocol are spoken here, and those over HTTP/1.1")]
    ExtendedNotAllowed,
    #[error("Sec-WebSocket-Protocol is not a list of names with commas between them")]
    Protocols,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            #[cfg(feature = "http2")]
            Self::NotConnect => StatusCode::METHOD_NOT_ALLOWED,
            #[cfg(feature = "http2")]
            Self::OtherProtocol => StatusCode::NOT_IMPLEMENTED,
            // HTTP/2 has no 426: what it could be upgraded to has no place in its headers (RFC 9113, 8.2.2).
            #[cfg(feature = "http2")]
            Self::PlainConnect | Self::ExtendedVersion | Self::ExtendedNotAllowed => StatusCode::BAD_REQUEST,
            // A server ignores `Upgrade` in HTTP/1.0 (RFC 9110, 7.8), so that is a plain request as well.
            Self::HttpVersion
            | Self::NotUpgrade
            | Self::UpgradeLost
            | Self::VersionUnknown(_)
            | Self::DraftNotAllowed(..) => StatusCode::UPGRADE_REQUIRED,
            Self::Connection
            | Self::Body
            | Self::HostMissing
            | Self::HostRepeated
            | Self::HostMalformed
            | Self::VersionMissing(_)
            | Self::VersionRepeated(_)
            | Self::VersionMalformed(_)
            | Self::Hixie75
            | Self::EarlyDraft
            | Self::DraftNumber
            | Self::EarlyKeyMissing
            | Self::EarlyKeyRepeated
            | Self::EarlyKeyMalformed
            | Self::KeyMissing
            | Self::KeyRepeated
            | Self::KeyMalformed
            | Self::OriginMissing
            | Self::Protocols => StatusCode::BAD_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
        }
    }

    fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.status() == StatusCode::UPGRADE_REQUIRED {
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        }
        if let Some((name, value)) = self.own_header() {
            headers.insert(name, value);
        }
        headers
    }

    fn own_header(self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Method => Some((ALLOW, HeaderValue::from_static("GET"))),
            #[cfg(feature = "http2")]
            Self::NotConnect => Some((ALLOW, HeaderValue::from_static("CONNECT"))),
            #[cfg(feature = "http2")]
            Self::ExtendedVersion => Some((VERSION, HeaderValue::from_static("13"))),
            Self::VersionMissing(drafts)
            | Self::VersionRepeated(drafts)
            | Self::VersionMalformed(drafts)
            | Self::VersionUnknown(drafts)
            | Self::DraftNotAllowed(_, drafts) => Some((VERSION, version_list(drafts)?)),
            // What follows such a head (a key of 8 bytes, frames) must not be read as the next request.
            Self::Hixie75
            | Self::EarlyDraft
            | Self::DraftNumber
            | Self::EarlyKeyMissing
            | Self::EarlyKeyRepeated
            | Self::EarlyKeyMalformed
            | Self::Body => Some((CONNECTION, HeaderValue::from_static("close"))),
            _ => None,
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::refuse(refusal.status(), refusal.headers(), refusal.to_string())
    }
}

/// Every version that has a number, as a client that was refused reads them (RFC 6455, 4.4).
fn version_list(drafts: Drafts) -> Option<HeaderValue> {
    let numbers: Vec<_> =
        drafts.iter().filter_map(Draft::version).map(|version| version.to_string()).collect();
    HeaderValue::try_from(numbers.join(", ")).ok().filter(|list| !list.is_empty())
}
