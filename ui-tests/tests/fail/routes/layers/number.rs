use wsrack::{routes, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    let _ = routes! {
        use 7_u32;
        "/" => Chat,
    };
}
