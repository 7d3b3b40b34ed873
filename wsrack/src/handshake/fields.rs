//! Reading the fields of a request head.

use http::header::{AsHeaderName, HeaderMap, HeaderName};

pub(super) const KEY: HeaderName = http::header::SEC_WEBSOCKET_KEY;
pub(super) const VERSION: HeaderName = http::header::SEC_WEBSOCKET_VERSION;
pub(super) const PROTOCOL: HeaderName = http::header::SEC_WEBSOCKET_PROTOCOL;
pub(super) const HYBI_ORIGIN: HeaderName = HeaderName::from_static("sec-websocket-origin");
pub(super) const NONCE: HeaderName = HeaderName::from_static("sec-websocket-nonce");
pub(super) const KEY1: HeaderName = HeaderName::from_static("sec-websocket-key1");
pub(super) const KEY2: HeaderName = HeaderName::from_static("sec-websocket-key2");
pub(super) const DRAFT: HeaderName = HeaderName::from_static("sec-websocket-draft");
/// The subprotocol in hixie-75.
pub(super) const HIXIE_PROTOCOL: HeaderName = HeaderName::from_static("websocket-protocol");

/// A field that may stand once.
pub(super) enum Field<'a> {
    Absent,
    Once(&'a [u8]),
    Repeated,
}

/// How often `name` stands there; two fields with the same value are two.
pub(super) fn field(headers: &HeaderMap, name: impl AsHeaderName) -> Field<'_> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Field::Absent,
        (Some(value), None) => Field::Once(value.as_bytes().trim_ascii()),
        (Some(_), Some(_)) => Field::Repeated,
    }
}

/// The elements of a comma-separated list, which may be spread over several fields (RFC 9110, 5.6.1). Empty
/// elements are skipped.
pub(super) fn list(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &[u8]> {
    let elements =
        headers.get_all(name).into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    elements.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
}

/// Whether the list `name` holds `token`, ignoring case.
pub(super) fn has_token(headers: &HeaderMap, name: impl AsHeaderName, token: &str) -> bool {
    list(headers, name).any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether any field is one of the WebSocket protocol's own, in any draft but hixie-75.
pub(super) fn speaks_websocket(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with("sec-websocket-"))
}
