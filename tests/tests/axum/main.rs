//! Beside axum and tower-http: routes inside of axum, axum inside of routes, layers around both.

#![cfg(test)]

mod inside_axum;
mod layers;
mod mounted_axum;

use wsrack::prelude::*;
use wsrack_tests::{Failure, Raw, Result, raw::handshake};

/// Sends back what comes, after a greeting that tells where it is mounted.
struct Echo;

#[websocket_app]
impl Echo {
    #[on_open]
    fn greet(&self, env: &Env) -> String {
        format!("{} at [{}] [{}]", env.path(), env.script_name(), env.path_info())
    }

    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}

/// A handshake for `path` with one more header.
fn handshake_with(path: &str, header: &str) -> String {
    handshake(path).replace("\r\n\r\n", &format!("\r\n{header}\r\n\r\n"))
}

/// The status of the answer to a request, on a connection of its own.
async fn status(addr: std::net::SocketAddr, request: impl AsRef<[u8]>) -> Result<u16> {
    let mut raw = Raw::connect(addr).await?;
    raw.send(request).await?;
    Ok(raw.answer().await?.status())
}

/// For a `wsrack::Result` where the harness's is asked for.
fn ours<T>(result: wsrack::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}
