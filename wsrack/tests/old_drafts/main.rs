//! Every draft against a server on a real socket: handshakes to the byte, conversations, refusals and ends.

#![cfg(test)]

mod client;
mod closing;
mod conversation;
mod handshakes;
#[cfg(target_os = "linux")]
mod keepalive;
mod refusals;
mod request;
mod together;

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use wsrack::prelude::*;
use wsrack::{Cause, Draft, Replies, SendError, ServerHandle};

use self::client::Client;

/// No wait is longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// The close codes and causes that `on_close` was told.
type Ends = mpsc::UnboundedReceiver<(u16, bool, Cause)>;

/// Echoes, and does what some texts ask for.
#[derive(Clone)]
struct Echo(mpsc::UnboundedSender<(u16, bool, Cause)>);

#[websocket_app(
    drafts = "all",
    protocols = ["sample"],
    origins = ["http://example.com"],
    max_message_size = "64 KiB",
    handshake_timeout = "2s"
)]
impl Echo {
    #[on_upgrade]
    fn may_enter(&self, env: &Env) -> Result<(), Rejection> {
        match env.query() {
            "refuse" => {
                Err(Rejection::http(401).header("www-authenticate", "Bearer").body("a token is needed"))
            }
            "turn-away" => Err(Rejection::close(4401, "expired")),
            _ => Ok(()),
        }
    }

    #[on_open]
    fn open(&self, env: &Env, ws: &Socket) -> wsrack::Result {
        ws.subscribe("all")?;
        let protocol = env.subprotocol().unwrap_or("none");
        ws.send_data(format!("{} {} {protocol}", env.draft(), env.path()))?;
        Ok(())
    }

    #[on_message]
    async fn text(&self, ws: &Socket, hub: &Hub, text: &str) -> wsrack::Result {
        let told =
            |sent: Result<(), SendError>| sent.map_or_else(|error| error.to_string(), |()| "sent".into());
        match text {
            "close" => ws.close_with(4000, "enough"),
            "ping" => ws.send_data(told(ws.ping("Hello")))?,
            "binary" => ws.send_data(told(ws.send_data(vec![1, 2])))?,
            "fail" => Err(std::io::Error::other("no"))?,
            "panic" => panic!("now"),
            "large" => ws.send_data("x".repeat(10_000))?,
            "all" => {
                hub.publish("all", "to all")?;
                hub.publish("all", vec![1_u8, 2])?;
            }
            other => ws.send_data(other)?,
        }
        Ok(())
    }

    #[on_message]
    fn binary<'m>(&self, bytes: &'m [u8]) -> &'m [u8] {
        bytes
    }

    #[on_close]
    fn close(&self, close: Close) {
        // The test may have ended before the connection.
        let _ended = self.0.send((close.code.into(), close.was_clean, close.cause));
    }
}

/// Answers each text with its letters, as one message in parts, which at a `…` is never completed: the connection is
/// closed when the test has seen enough.
#[derive(Clone)]
struct Parts(watch::Receiver<bool>);

#[websocket_app(drafts = "all", origins = any, close_timeout = "1s")]
impl Parts {
    #[on_message]
    fn text(&self, ws: &Socket, text: &str) -> impl wsrack::IntoReply + use<> {
        let (ws, mut enough) = (ws.clone(), self.0.clone());
        tokio::spawn(async move {
            if enough.wait_for(|enough| *enough).await.is_ok() {
                ws.close_with(1000, "");
            }
        });
        Replies::<Letters>::fragments(Letters(text.chars().rev().collect()))
    }
}

struct Letters(Vec<char>);

impl futures_core::Stream for Letters {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, _task: &mut Context<'_>) -> Poll<Option<String>> {
        if self.0.last() == Some(&'…') {
            return Poll::Pending;
        }
        Poll::Ready(self.0.pop().map(String::from))
    }
}

/// A route with the default drafts.
struct Modern;

#[websocket_app(origins = any)]
impl Modern {}

/// One message is allowed.
#[derive(Clone)]
struct Slow(mpsc::UnboundedSender<(u16, bool, Cause)>);

#[websocket_app(drafts = "all", origins = any, message_rate = "1/h")]
impl Slow {
    #[on_message]
    fn text(&self, _text: &str) {}

    #[on_close]
    fn close(&self, close: Close) {
        // The test may have ended before the connection.
        let _ended = self.0.send((close.code.into(), close.was_clean, close.cause));
    }
}

struct Server {
    addr: SocketAddr,
    handle: ServerHandle,
    serving: JoinHandle<wsrack::Result>,
    enough: watch::Sender<bool>,
    ends: Ends,
}

impl Server {
    async fn start() -> Self {
        let (told, ends) = mpsc::unbounded_channel();
        let (enough, seen) = watch::channel(false);
        let routes = wsrack::routes! {
            "/demo" => Echo(told.clone()),
            "/parts" => Parts(seen.clone()),
            "/modern" => Modern,
            "/slow" => Slow(told),
            "/page" => wsrack::http(|_| async { http::Response::new("a page".to_owned()) }),
            "/layered" => {
                use tower::util::MapResponseLayer::new(add_cookie);
                "/" => Parts(seen),
            },
        };
        let server =
            routes.server().handshake_timeout(Duration::from_secs(2)).bind("127.0.0.1:0").await.unwrap();
        let (addr, handle) = (server.local_addr().unwrap(), server.handle());
        Self { addr, handle, serving: tokio::spawn(server.serve()), enough, ends }
    }

    async fn connect(&self, draft: Draft) -> Client {
        Client::open(self.addr, "/demo", draft).await
    }

    /// What `on_close` of the next connection that ends is told.
    async fn end(&mut self) -> (u16, bool, Cause) {
        tokio::time::timeout(PATIENCE, self.ends.recv()).await.unwrap().unwrap()
    }

    async fn stop(self) {
        self.handle.stop();
        tokio::time::timeout(PATIENCE, self.serving).await.unwrap().unwrap().unwrap();
    }
}

fn add_cookie<B>(mut response: http::Response<B>) -> http::Response<B> {
    response.headers_mut().insert("set-cookie", http::HeaderValue::from_static("a=1"));
    response
}

fn bytes(text: &'static [u8]) -> Bytes {
    Bytes::from_static(text)
}
