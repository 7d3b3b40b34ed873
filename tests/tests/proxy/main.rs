//! Proxies in front: who the client is when they tell, and that nobody else can tell it.

#![cfg(all(test, target_os = "linux"))] // where 127.0.0.2 is there without being set up

mod fronts;
mod headers;
mod preface;
mod slow;

use std::{collections::BTreeMap, net::SocketAddr};

use serde::Deserialize;
use tokio::net::{TcpSocket, TcpStream};
use wsrack::{Body, Peer, http, prelude::*};
use wsrack_tests::{Failure, Raw, Result, Served, raw::handshake};

/// Where clients come from, while proxies come from 127.0.0.1, which alone is trusted.
const CLIENT: &str = "127.0.0.2";

/// Tells who the client is.
#[derive(Clone)]
struct Tell;

#[websocket_app]
impl Tell {
    #[on_open]
    fn tell(&self, env: &Env) -> Json<BTreeMap<&'static str, String>> {
        let text = |key| env[key].to_string();
        Json(BTreeMap::from([
            ("remote", env.remote_addr().map_or_else(|| "none".to_owned(), |addr| addr.to_string())),
            ("local", env.local_addr().map_or_else(|| "none".to_owned(), |addr| addr.to_string())),
            ("scheme", env.scheme().to_string()),
            ("host", env.host().unwrap_or_default().to_owned()),
            ("REMOTE_ADDR", text("REMOTE_ADDR")),
            ("SERVER_PORT", text("SERVER_PORT")),
            ("HTTP_HOST", text("HTTP_HOST")),
        ]))
    }

    #[on_message]
    fn echo(&self, text: String) -> String {
        text
    }
}

/// What [`Tell`] told.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct Told {
    remote: String,
    local: String,
    scheme: String,
    host: String,
    #[serde(rename = "REMOTE_ADDR")]
    remote_addr: String,
    #[serde(rename = "SERVER_PORT")]
    server_port: String,
    #[serde(rename = "HTTP_HOST")]
    http_host: String,
}

/// A server that trusts 127.0.0.1, with `Tell` at `/`, and at `/who` an HTTP service that tells of its `Peer`.
async fn serve() -> Result<Served> {
    bound(wsrack::routes! { "/" => Tell, "/who" => http(who) }).await
}

async fn bound(routes: Routes) -> Result<Served> {
    let hub = routes.hub();
    let bound = routes.server().trusted_proxies("127.0.0.1, ::1".parse().unwrap()).bind("127.0.0.1:0").await;
    Served::bound(bound.map_err(|error| Failure::of(&error))?, hub)
}

async fn who(request: ::http::Request<Body>) -> ::http::Response<String> {
    let text = request.extensions().get::<Peer>().map_or_else(String::new, |peer| {
        let remote = peer.remote_addr().map_or_else(|| "none".to_owned(), |addr| addr.to_string());
        format!("{remote} {} {}", peer.scheme(), peer.host().unwrap_or("-"))
    });
    ::http::Response::new(text)
}

/// Connects from an address of this machine.
async fn connect(from: &str, to: SocketAddr) -> Result<(Raw, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from.parse()?, 0))?;
    let stream: TcpStream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    let own = stream.local_addr()?;
    Ok((Raw::over(stream), own))
}

/// A handshake with further headers, each with its line end.
fn request(headers: &str) -> String {
    handshake("/").replace("\r\n\r\n", &format!("\r\n{headers}\r\n"))
}

/// The answer to a handshake that is on its way: what the application tells, or the status of what it is refused with.
async fn told(raw: &mut Raw) -> Result<Told> {
    let answer = raw.answer().await?;
    if answer.status() != 101 {
        return Err(Failure::new(format!("{answer:?}")));
    }
    let (_, json) = raw.frame().await?;
    Ok(serde_json::from_slice(&json)?)
}

/// Sends a handshake with these headers, and something before it.
async fn ask(raw: &mut Raw, before: &[u8], headers: &str) -> Result<Told> {
    raw.send([before, request(headers).as_bytes()].concat()).await?;
    told(raw).await
}
