use wsrack::websocket_app;

const SIZE: &str = "1 MiB";

struct Chat;

#[websocket_app(max_message_size = SIZE)]
impl Chat {}

fn main() {}
