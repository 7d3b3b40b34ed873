use std::net::IpAddr;

use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message]
    fn say(&self, _text: &str) -> IpAddr {
        IpAddr::from([127, 0, 0, 1])
    }
}

fn main() {}
