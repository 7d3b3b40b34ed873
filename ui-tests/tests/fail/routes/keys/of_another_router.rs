use wsrack::{routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    let _ = routes! {
        "/colon/:room" => Chat,
        "/angles/<room>/seat" => Chat,
        "/star/*" => Chat,
        "/rest/*rest" => Chat,
    };
}
