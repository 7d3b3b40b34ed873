use http::{Request, Response};
use wsrack::{Body, routes};

fn main() {
    let _ = routes! {
        "/" => |_: Request<Body>| async { Response::new(Body::from("hello")) },
    };
}
