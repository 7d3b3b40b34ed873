//! Who comes to the server and to no request: what is said of such clients where others are heard of by their requests.

use http::StatusCode;

use super::arrival::Door;
use super::refuse::Refused;
use crate::connection::Registry;
use crate::env::Peer;
use crate::stats::Unserved as Why;

/// Why there was no request to route, and what was said to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unserved {
    why: Why,
    /// What it is answered with, or would be if there were somebody to answer.
    status: StatusCode,
    /// How long the answer's body is; `None` where there is no answer.
    length: Option<u64>,
}

impl Unserved {
    /// It is turned away at the door, and `told` so in so many bytes.
    pub(super) fn turned_away(why: Refused, told: Option<usize>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self { why: why.counted(), status, length: told.map(|length| length as u64) }
    }

    /// What hyper could not make a request of; `None` where there was nothing, or a request before has said all. A head
    /// has `begun` where bytes were left over.
    pub(super) fn head(error: &hyper::Error, begun: bool) -> Option<Self> {
        let bad = |status, length| Self { why: Why::BadRequest, status, length };
        let answered = |status| Some(bad(status, Some(0)));
        if error.is_parse_version_h2() {
            Some(bad(StatusCode::BAD_REQUEST, None))
        } else if error.is_parse_too_large() {
            answered(too_large(error))
        } else if error.is_parse() {
            answered(StatusCode::BAD_REQUEST)
        } else if error.is_timeout() {
            let late = Self { why: Why::Timeout, ..bad(StatusCode::REQUEST_TIMEOUT, None) };
            begun.then_some(late)
        } else if error.is_incomplete_message() {
            begun.then_some(bad(StatusCode::BAD_REQUEST, None))
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
    /// Counts a client that came to no route.
    pub(super) fn turned_away(&self, why: Why) {
        if let Some(counts) = self.registry.as_ref().and_then(Registry::counts) {
            counts.turned_away(why);
        }
    }

    /// Counts a client that was not served, and writes a line of it.
    pub(super) fn unserved(&self, peer: &Peer, what: Unserved) {
        self.turned_away(what.why);
        if let Some(lines) = &self.access {
            lines.unknown(peer, what.status.as_u16(), what.length);
        }
    }
}
