//! HTTP/2 as clients see it: WebSockets in its streams, HTTP/1.1 beside it, attacks, other people's clients.

#![cfg(test)]

mod attacks;
mod conversation;
mod deadlines;
mod interop;
mod one_port;
mod refused;
mod reset;
mod stop;

use http::Response;
use wsrack::prelude::*;
use wsrack::{Http2, Routes, ServerBuilder};
use wsrack_tests::{Failure, Result, Served};

/// Tells how its client came, then sends back what comes.
#[derive(Clone)]
struct Echo;

#[websocket_app(protocols = ["chat"], max_message_size = "4MiB")]
impl Echo {
    #[on_open]
    fn open(&self, env: &Env) -> String {
        let keys = [
            "SERVER_PROTOCOL",
            "REQUEST_METHOD",
            "REQUEST_URI",
            "SERVER_NAME",
            "PATH_INFO",
            "rack.url_scheme",
        ];
        keys.map(|key| env[key].to_string()).join(" ") + " " + env.subprotocol().unwrap_or("-")
    }

    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}

/// Compresses, and expects little of pages.
struct Compressed;

#[websocket_app(compression, origins = "any")]
impl Compressed {
    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}

fn routes() -> Routes {
    let page = |_| async { Response::new("a page".to_owned()) };
    wsrack::routes! {
        "/ws" => Echo,
        "/packed" => Compressed,
        "/page" => wsrack::http(page),
    }
}

/// For a `wsrack::Result` where the harness's is asked for.
fn ours<T>(result: wsrack::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}

/// A server without TLS, which speaks both versions.
async fn served() -> Result<Served> {
    serve(routes().server().http2(Http2::new())).await
}

async fn serve(builder: ServerBuilder) -> Result<Served> {
    Served::bound(ours(builder.bind("127.0.0.1:0").await)?, wsrack::Hub::default())
}
