use wsrack::{Routes, routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    let _ = routes! {
        "/" => Routes::new().map("/chat", Chat),
    };
}
