use wsrack::websocket_app;

struct Chat;

#[websocket_app(max_mesage_size = "1 MiB")]
impl Chat {}

fn main() {}
