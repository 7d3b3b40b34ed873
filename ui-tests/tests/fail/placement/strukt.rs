use wsrack::websocket_app;

#[websocket_app]
struct Chat;

fn main() {
    let _chat = Chat;
}
