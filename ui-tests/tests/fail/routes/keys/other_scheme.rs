use wsrack::{routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    let _ = routes! {
        "ftp://chat.example.com/" => Chat,
    };
}
