#![deny(warnings)]

use std::time::Duration;

use wsrack::__private::Session;
use wsrack::{Socket, websocket_app};

#[derive(Clone)]
struct Chat;

#[websocket_app(per_connection)]
impl Chat {
    #[cfg(not(any()))]
    #[on_open]
    async fn welcome(&mut self) -> &'static str {
        "hello"
    }

    #[cfg(any())]
    #[on_open]
    async fn welcome(&mut self, nonsense: Nonsense) -> Nonsense {}

    #[cfg_attr(all(), wsrack::on_message, doc = "Takes text.")]
    fn say(&self, text: String) -> String {
        text
    }

    #[cfg_attr(any(), on_message)]
    fn never(&self, text: String) -> String {
        text
    }

    #[cfg_attr(all(), cfg_attr(all(), on_message(event = "join")))]
    #[cfg_attr(all(), cfg(any()))]
    fn join(&self, nonsense: Nonsense) {}

    #[cfg(any())]
    #[every("1s")]
    fn first(&self, nonsense: Nonsense) {}

    #[cfg(all())]
    #[every("2s")]
    fn second(&self) {}

    #[every("3s")]
    fn third(&mut self, _ws: &Socket) {}

    #[cfg(any())]
    #[on_notify]
    fn note(&self, nonsense: Nonsense) {}

    #[cfg(any())]
    #[on_error]
    fn oops(&self, nonsense: Nonsense) {}

    #[cfg(any())]
    #[on_close]
    fn bye(&self, nonsense: Nonsense) {}
}

struct Quiet;

#[websocket_app]
impl Quiet {
    #[cfg(any())]
    #[on_message]
    fn say(&self, text: String) {}
}

fn main() {
    let handlers = <Chat as Session<Chat>>::HANDLERS;
    assert_eq!(handlers.every, [Duration::from_secs(2), Duration::from_secs(3)]);
    assert!(handlers.message);
    assert!(!<wsrack::__private::Shared<Quiet> as Session<Quiet>>::HANDLERS.message);
    assert_eq!(Chat.never(String::new()), "");
}
