use http::Request;
use wsrack::{Body, routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn log(request: Request<Body>) -> Request<Body> {
    request
}

fn main() {
    let _ = routes! {
        use log;
        "/" => Chat,
    };
}
