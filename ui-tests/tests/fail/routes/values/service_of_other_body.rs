use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;
use wsrack::{Body, routes};

#[derive(Clone)]
struct Stats;

impl Service<Request<String>> for Stats {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}

fn main() {
    let _ = routes! {
        "/" => Stats,
    };
}
