use std::net::IpAddr;

use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self, _address: IpAddr) {}
}

fn main() {}
