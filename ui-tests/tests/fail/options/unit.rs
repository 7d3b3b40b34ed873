use wsrack::websocket_app;

struct Chat;

#[websocket_app(max_message_size = "1 megabyte")]
impl Chat {}

fn main() {}
