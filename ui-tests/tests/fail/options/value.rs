use wsrack::websocket_app;

struct Chat;

#[websocket_app(slow_client = wait)]
impl Chat {}

fn main() {}
