use wsrack::websocket_app;

struct Chat;

#[websocket_app(max_connections)]
impl Chat {}

fn main() {}
