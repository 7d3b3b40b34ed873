use http::{Request, Response};
use wsrack::{Body, routes};

async fn stats(_: Request<Body>) -> Response<Body> {
    Response::new(Body::from("all is well"))
}

fn main() {
    let _ = routes! {
        "/" => stats,
    };
}
