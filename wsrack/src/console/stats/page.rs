//! What the page's paths are answered with.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Request, Response, StatusCode};

use super::Source;
use super::prometheus::{self, text};
use crate::body::Body;
use crate::mount_point::MountPoint;
use crate::stats::Stats;

/// The page: one file that loads nothing.
const PAGE: &str = include_str!("page.html");

/// Where the page is told what of its path lies below the mount.
const BELOW: &str = "{{below}}";

/// It runs no script but its own, and speaks with nobody but its server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers a request below the mount.
pub(super) fn page(request: &Request<Body>, source: &Source) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = answer("text/plain; charset=utf-8", "this is read with GET\n");
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/json" => json(&source()),
        "/metrics" => answer(prometheus::CONTENT, text(&source())),
        _ => html(request.extensions().get::<MountPoint>().map_or("", MountPoint::path_info)),
    }
}

pub(super) fn json(stats: &Stats) -> Response<Body> {
    // Numbers and strings always have a form as JSON.
    answer("application/json", serde_json::to_vec(stats).unwrap_or_default())
}

fn html(below: &str) -> Response<Body> {
    let below = below.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let mut response = answer("text/html; charset=utf-8", PAGE.replacen(BELOW, &below, 1));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn answer(content: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
