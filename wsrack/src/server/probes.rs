//! What orchestrators and load balancers ask: whether the server lives, and whether it takes clients.

use http::header::{CACHE_CONTROL, HeaderValue};
use http::{Method, Response, StatusCode};

use crate::body::{Body, plain};

/// The answer to a probe; `None` where it is none.
pub(super) fn answer(method: &Method, path: &str, is_ready: bool) -> Option<Response<Body>> {
    let (status, text) = match path {
        "/healthz" => (StatusCode::OK, "ok\n"),
        "/readyz" if is_ready => (StatusCode::OK, "ready\n"),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, "the server stops\n"),
        _ => return None,
    };
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    // To a HEAD hyper writes the same less the body.
    let mut response = plain(status, text);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}
