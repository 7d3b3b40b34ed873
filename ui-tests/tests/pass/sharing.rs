#![deny(warnings)]

use std::sync::Arc;

use wsrack::{App, websocket_app};

/// Every handler takes `&self`: the instance is shared, and need not be `Clone`.
struct Shared;

#[websocket_app]
impl Shared {
    #[on_start]
    fn set_up(&mut self) {}

    #[on_message]
    fn say(self: &Self, text: String) -> String {
        text
    }
}

/// One takes `&mut self`: each connection has a clone.
#[derive(Clone)]
struct Own(u8);

#[websocket_app]
impl Own {
    #[on_open]
    fn welcome(&self) {}

    #[on_message]
    fn say(self: &mut Self) {
        self.0 += 1;
    }
}

/// It is asked for.
#[derive(Clone)]
struct Asked;

#[websocket_app(per_connection)]
impl Asked {
    #[on_message]
    fn say(&self) {}
}

#[websocket_app(shared)]
impl Told {
    #[on_message]
    fn say(&self) {}
}

struct Told;

fn main() {
    let shared = Arc::new(Shared);
    assert!(Arc::ptr_eq(&Shared::session(&shared).0, &shared));
    assert!(Arc::ptr_eq(&Told::session(&Arc::new(Told)).0, &Told::session(&Arc::new(Told)).0) == false);
    let Own(seen) = Own::session(&Arc::new(Own(7)));
    assert_eq!(seen, 7);
    let Asked = Asked::session(&Arc::new(Asked));
}
