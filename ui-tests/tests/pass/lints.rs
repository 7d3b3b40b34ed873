#![deny(warnings, clippy::all, clippy::pedantic)]

use wsrack::websocket_app;

#[derive(Clone)]
struct Chat;

#[deprecated]
struct Old;

#[websocket_app]
impl Chat {
    #![allow(clippy::needless_pass_by_value)]

    #[on_open]
    #[deprecated]
    #[allow(deprecated)]
    fn welcome(&mut self) -> &'static str {
        "hello"
    }

    #[on_message]
    #[expect(unused_variables, reason = "so that an expectation is carried nowhere else")]
    #[allow(deprecated)]
    fn say(&mut self, text: String) {}

    #[on_notify]
    #[allow(deprecated)]
    fn old(&mut self, _value: Old) {}

    #[every("1s")]
    #[deprecated]
    #[allow(deprecated)]
    fn tick(&mut self) {}
}

fn main() {
    let _chat = Chat;
}
