use wsrack::websocket_app;

struct Chat;

#[websocket_app(origins = ["same", "example.com"])]
impl Chat {}

fn main() {}
