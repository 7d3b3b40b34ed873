use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use wsrack::{routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

async fn guard(request: Request, next: Next) -> Response {
    next.run(request).await
}

fn main() {
    let _ = routes! {
        use from_fn(guard);
        "/" => Chat,
    };
}
