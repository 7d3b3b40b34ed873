use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;
use tower::layer::layer_fn;
use wsrack::{Body, RoutesService, routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

#[derive(Clone)]
struct Other(#[expect(dead_code)] RoutesService);

impl Service<Request<String>> for Other {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        ready(Ok(Response::new(request.into_body().into())))
    }
}

fn main() {
    let _ = routes! {
        use layer_fn(Other);
        "/" => Chat,
    };
}
