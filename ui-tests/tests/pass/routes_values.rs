#![deny(warnings)]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request as AxumRequest;
use axum::middleware::{Next, from_fn};
use axum::response::Response as AxumResponse;
use axum::routing::get;
use http::{Request, Response};
use tower::util::MapRequestLayer;
use tower::{Service, service_fn};
use wsrack::{App, Body, Options, RouteError, Routes, app, http, routes, websocket_app};

/// An application and an HTTP service.
#[derive(Clone)]
struct Both;

#[websocket_app]
impl Both {}

impl Service<Request<Body>> for Both {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}

async fn answer(_: Request<Body>) -> Response<String> {
    Response::new("all is well".into())
}

async fn fallible(_: Request<Body>) -> Result<Response<Body>, RouteError> {
    let _ = Routes::new().map("/", app(Both))?;
    Ok(Response::new(Body::empty()))
}

fn kinds() -> Routes {
    routes! {
        "/app" => app(Both),
        "/http" => http(Both),
        "/options" => Both.with(Options::new()),
        "/function" => http(answer),
        "/fallible" => http(fallible),
        "/closure" => http(|request: Request<Body>| async { Response::new(request.into_body()) }),
        "/service" => service_fn(fallible),
        "/named" => http(service_fn(fallible)),
        "/routes" => Routes::new(),
    }
}

fn nested(inner: Routes) -> Result<Routes, RouteError> {
    Ok(routes! {
        "/page" => routes! { "/" => app(Both) },
        "/inner" => inner,
        "/computed" => Routes::new().map("/x", app(Both))?.host("chat.example.com", http(Both))?,
    })
}

async fn guard(request: AxumRequest, next: Next) -> AxumResponse {
    next.run(request).await
}

fn of_axum() -> Routes {
    let state = "state".to_owned();
    routes! {
        use (
            MapRequestLayer::new(|request: Request<Body>| request.map(axum::body::Body::new)),
            from_fn(guard),
        );
        "/" => Router::new().route("/stats", get(async || "all is well")),
        "/state" => Router::new().route("/", get(async || "state")).with_state(state),
        "/service" => get(async || "a method router"),
    }
}

fn main() -> Result<(), RouteError> {
    let page = nested(kinds())?;
    for path in ["/page", "/inner", "/computed"] {
        assert!(format!("{page:?}").contains(path), "{page:?}");
    }
    let _ = of_axum();
    Ok(())
}
