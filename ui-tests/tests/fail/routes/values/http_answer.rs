use http::Request;
use wsrack::{Body, http, routes};

async fn stats(_: Request<Body>) -> String {
    "all is well".into()
}

fn main() {
    let _ = routes! {
        "/" => http(stats),
    };
}
