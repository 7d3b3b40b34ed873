#![deny(warnings)]
#![allow(dead_code)]

/// What a framework on top of ours does.
mod framework {
    pub mod ws {
        pub use wsrack::*;
    }
}

mod chat {
    use crate::framework::ws::{self, websocket_app};

    // A user may have names of their own where the prelude's are.
    struct Option;
    struct Some;
    struct None;
    struct Result;
    struct Ok;
    struct Err;
    struct String;
    struct Vec;
    struct Box;
    struct Arc;
    struct Context;
    struct Error;
    trait Send {}
    trait Sync {}
    trait Clone {}
    trait Future {}
    trait Into {}
    #[allow(non_camel_case_types)]
    struct cx;
    #[allow(non_camel_case_types)]
    struct delivery;
    #[allow(non_camel_case_types)]
    struct event;
    #[allow(non_camel_case_types)]
    struct notice;
    #[allow(non_camel_case_types)]
    struct error;
    #[allow(non_camel_case_types)]
    struct level;
    #[allow(non_camel_case_types)]
    struct index;
    #[allow(non_camel_case_types)]
    struct env;
    #[allow(non_camel_case_types)]
    struct this;
    #[allow(non_camel_case_types)]
    struct value;
    #[allow(non_camel_case_types)]
    struct reply;
    #[allow(non_camel_case_types)]
    struct app;
    #[allow(non_camel_case_types)]
    struct routes;
    #[allow(non_camel_case_types)]
    struct key;
    mod core {}
    mod std {}
    mod wsrack {}

    #[derive(::core::clone::Clone)]
    pub struct Chat {
        cx: u8,
    }

    impl Chat {
        pub fn new() -> Self {
            Self { cx: 0 }
        }

        pub fn mounted() -> ws::Routes {
            ws::routes! { "/" => Self::new(), "/deeper" => { "/" => Self::new() } }
        }
    }

    const PERIOD: ::std::time::Duration = ::std::time::Duration::from_secs(1);

    #[websocket_app(crate = crate::framework::ws, max_message_size = "1 MiB", origins = any, message_rate = "off")]
    impl Chat {
        #[on_start]
        async fn start(&mut self) {}

        #[on_upgrade]
        async fn upgrade(&self, _env: &ws::Env) {}

        #[on_open]
        async fn open(&mut self, _cx: &ws::Env) -> &'static str {
            "hello"
        }

        #[on_message]
        async fn say(&mut self, text: &str) -> ws::Message {
            self.cx += 1;
            text.into()
        }

        #[on_message(blocking)]
        fn blob(&self, data: &[u8]) {
            _ = data;
        }

        #[on_message(event = "a", boxed)]
        async fn a(&self, _event: ws::Json<u8>) {}

        #[on_message(event = "b", blocking)]
        fn b(&self, _event: ws::Json<u8>) {}

        #[crate::framework::ws::on_notify]
        fn note(&self, _value: u8) {}

        #[every(PERIOD)]
        fn tick(&self) {}

        #[on_error]
        fn oops(&self, _error: &ws::Error) {}

        #[on_close]
        fn bye(&self) {}

        #[on_stop]
        fn stop(&self) {}
    }
}

fn main() {
    let _routes = framework::ws::routes! { "/" => chat::Chat::new(), "/chat" => chat::Chat::mounted() };
}
