use std::fmt;

use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl fmt::Display for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chat")
    }
}

fn main() {
    println!("{Chat}");
}
