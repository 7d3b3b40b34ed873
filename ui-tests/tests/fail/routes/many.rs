use tower::layer::util::Identity;
use wsrack::{routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    let _ = routes! {
        use;
        use Identity::new()
        "chat" => Chat,
        "/a" Chat,
        "/admin" => {
            "/rooms/{room" => Chat,
            use Identity::new();
        },
        "/b" => Chat
        "/empty" => {},
        "/c" => ,
        "ws://chat.example.com/" => Chat,
        "/d" => Chat +,
        "http://chat.example.com" => Chat,
        "/b/" => Chat,
    };
}
