use http::Response;
use wsrack::{Body, http, routes};

async fn stats() -> Response<Body> {
    Response::new(Body::from("all is well"))
}

fn main() {
    let _ = routes! {
        "/" => http(stats),
    };
}
