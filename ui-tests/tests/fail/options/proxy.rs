use wsrack::websocket_app;

struct Chat;

#[websocket_app(trusted_proxies = ["127.0.0.1", "10.0.0.0/33"])]
impl Chat {}

fn main() {}
