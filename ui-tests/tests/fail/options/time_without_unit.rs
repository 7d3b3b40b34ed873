use wsrack::websocket_app;

struct Chat;

#[websocket_app(idle_timeout = 60)]
impl Chat {}

fn main() {}
