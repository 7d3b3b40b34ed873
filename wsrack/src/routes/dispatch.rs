//! One block of routes as a service: find the mount, move the path on, hand the request over.

use std::net::SocketAddr;

use http::header::HOST;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};

use super::key::Key;
use super::service::RoutesService;
use super::urlmap::{Lookup, UrlMap};
use crate::body::{Body, plain};
use crate::connection::{Answering, Passage};
use crate::mount_point::MountPoint;

const X_CASCADE: HeaderName = HeaderName::from_static("x-cascade");

/// The service of a block: the mounts without its layers.
pub(super) fn dispatch(mounts: Vec<(Key, RoutesService)>) -> RoutesService {
    let map = UrlMap::new(mounts);
    RoutesService::ours(move |request, passage| route(&map, request, passage))
}

fn route(map: &UrlMap<RoutesService>, request: Request<Body>, mut passage: Passage) -> Answering {
    let mount = passage.mount.take().unwrap_or_else(|| MountPoint::root(request.uri().clone()));
    let lookup = Lookup { host: host(&request), local: local(&passage), path: mount.path_info() };
    let Some((service, taken)) = map.find(&lookup) else {
        return Answering::now(not_found(mount.path_info()));
    };
    passage.mount = Some(mount.descend(&taken.script_name, taken.path_info, taken.params));
    service.answer(request, passage)
}

/// A target that names its host replaces the header (RFC 9112, section 3.2.2).
fn host(request: &Request<Body>) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => authority.as_str().rsplit('@').next(),
        None => request.headers().get(HOST)?.to_str().ok(),
    }
}

fn local(passage: &Passage) -> Option<SocketAddr> {
    passage.handover.as_ref()?.peer().local
}

/// `X-Cascade: pass` says that nobody has looked at the request: a server in front may try another.
fn not_found(path: &str) -> Response<Body> {
    let mut response = plain(StatusCode::NOT_FOUND, format!("Not Found: {path}"));
    response.headers_mut().insert(X_CASCADE, HeaderValue::from_static("pass"));
    response
}
