//! The routes as services: what reaches a mount and what comes back.

mod axum;
mod http;
mod layers;
mod life;
mod macros;
mod websocket;

use std::convert::Infallible;
use std::fmt;

use ::http::{Request, Response};
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

use super::{HttpService, Routes, RoutesService, http};
use crate::body::Body;
use crate::mount_point::MountPoint;

/// Answers with its name and what it sees: path and query, script name, path info, parameters.
fn probe(name: &'static str) -> HttpService {
    http(move |request: Request<Body>| async move {
        let mount = request.extensions().get::<MountPoint>().unwrap();
        let (script_name, path_info) = (mount.script_name(), mount.path_info());
        Response::new(format!("{name} sees {} at [{script_name}] [{path_info}]", request.uri()))
    })
}

async fn start(routes: Routes) -> RoutesService {
    routes.start().await.unwrap().service()
}

fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).unwrap()
}

/// Sends a request and reads the whole answer.
async fn call<S, B>(service: &S, request: Request<Body>) -> Response<String>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: ::http_body::Body<Error: fmt::Debug>,
{
    let (parts, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(bytes.into()).unwrap())
}

/// The body of the answer to a GET.
async fn text<S, B>(service: &S, uri: &str) -> String
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: ::http_body::Body<Error: fmt::Debug>,
{
    call(service, get(uri)).await.into_body()
}
