//! Who comes to the server and to no request: what is said of such clients where others are heard of by their requests.

use http::StatusCode;

use super::arrival::Door;
use crate::env::Peer;

/// Why there was no request to route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unserved {
    /// What it is answered with, or would be if there were somebody to answer.
    status: StatusCode,
    /// How long the answer's body is; `None` where there is no answer.
    length: Option<u64>,
}

impl Unserved {
    /// It is turned away at the door, and `told` so in so many bytes.
    pub(super) fn turned_away(told: Option<usize>) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, length: told.map(|length| length as u64) }
    }

    /// What hyper could not make a request of; `None` where there was nothing, or a request before has said all. A head
    /// has `begun` where bytes were left over.
    pub(super) fn head(error: &hyper::Error, begun: bool) -> Option<Self> {
        let answered = |status| Some(Self { status, length: Some(0) });
        let unanswered = |status| begun.then_some(Self { status, length: None });
        if error.is_parse_version_h2() {
            Some(Self { status: StatusCode::BAD_REQUEST, length: None })
        } else if error.is_parse_too_large() {
            answered(too_large(error))
        } else if error.is_parse() {
            answered(StatusCode::BAD_REQUEST)
        } else if error.is_timeout() {
            unanswered(StatusCode::REQUEST_TIMEOUT)
        } else if error.is_incomplete_message() {
            unanswered(StatusCode::BAD_REQUEST)
        } else {
            None
        }
    }
}

/// hyper has two answers to what is too large, and tells them apart in words alone.
fn too_large(error: &hyper::Error) -> StatusCode {
    if error.to_string().contains("URI") {
        StatusCode::URI_TOO_LONG
    } else {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    }
}

impl Door {
    /// Writes down that this client was not served.
    pub(super) fn unserved(&self, peer: &Peer, what: Unserved) {
        if let Some(lines) = &self.access {
            lines.unknown(peer, what.status.as_u16(), what.length);
        }
    }
}
