#![deny(warnings)]

use wsrack::__private::{Session, Shared};
use wsrack::{App, Options, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {}

fn main() {
    assert!(!<Shared<Chat> as Session<Chat>>::HANDLERS.message);
    assert_eq!(Chat::options(), Options::new());
}
