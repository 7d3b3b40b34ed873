//! Handlers that come from a macro of the user's.
#![deny(warnings)]

use wsrack::prelude::*;

macro_rules! application {
    ($name:ident { $($handlers:tt)* }) => {
        #[derive(Clone)]
        struct $name;

        #[websocket_app(per_connection)]
        impl $name {
            $($handlers)*
        }
    };
}

application!(Chat {
    #[on_start]
    async fn start(&mut self, _hub: &Hub) {}

    #[on_upgrade]
    async fn authorize(&mut self, env: &Env) -> Result<String, Rejection> {
        Ok(env.path().to_owned())
    }

    #[on_open]
    async fn welcome(&mut self, _env: &Env, _ws: &Socket) -> &'static str {
        "hello"
    }

    #[on_message]
    async fn say(&mut self, _env: &Env, text: &str) -> String {
        text.to_owned()
    }

    #[on_message(blocking)]
    fn blob(&self, _env: &Env, data: Bytes) -> Bytes {
        data
    }

    #[on_message(event = "join")]
    async fn join(&mut self, _env: &Env, name: Json<String>) -> Json<String> {
        name
    }

    #[on_message(event = "hash", blocking)]
    fn hash(&self, _env: &Env, data: Json<u8>) -> Json<u8> {
        data
    }

    #[on_notify]
    async fn note(&mut self, _ws: &Socket, note: u8) -> String {
        note.to_string()
    }

    #[every("1s")]
    async fn tick(&mut self, _ws: &Socket) -> &'static str {
        "tick"
    }

    #[on_error]
    async fn io(&mut self, _ws: &Socket, error: &std::io::Error) -> String {
        error.to_string()
    }

    #[on_error]
    async fn oops(&mut self, _ws: &Socket, _error: &Error) {}

    #[on_close]
    async fn bye(&mut self, _ws: &Socket, _close: Close) {}

    #[on_stop]
    async fn stop(&self, _hub: &Hub) {}
});

/// The marker, the names and the types each from another place.
macro_rules! handler {
    ($name:ident, $marker:ident, $method:ident, $parameter:ident: $type:ty, $body:block) => {
        struct $name;

        #[websocket_app]
        impl $name {
            #[$marker]
            async fn $method(&self, _env: &Env, $parameter: $type) -> String $body
        }
    };
}

handler!(Echo, on_message, echo, text: &str, { text.to_owned() });

fn main() {
    let _routes = wsrack::routes! { "/" => Chat, "/echo" => Echo };
}
