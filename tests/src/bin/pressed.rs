//! A server for the tests that look at a process's memory. It prints its address, and serves on a free port until it is
//! killed.
//!
//! - `/wait`: its handler waits for `/go` before it takes the next message.
//! - `/stream`: the same before it reads what arrives.
//! - `/echo` sends back what comes.
//! - `/plain`, `/shared` and `/dedicated` do so without compression and with both ways of it.
//! - `/go` lets all handlers go on.
//! - `/received` and `/open`: how many bytes handlers have had, how many connections there are.

use std::{
    convert::Infallible,
    future::ready,
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use http::Response;
use tokio::{io::AsyncReadExt as _, sync::watch};
use wsrack::prelude::*;
use wsrack::{Compression, Incoming, Options};

#[derive(Clone)]
struct Shared {
    go: Arc<watch::Sender<bool>>,
    received: Arc<AtomicU64>,
    open: Arc<AtomicU64>,
}

struct Wait(Shared);

#[websocket_app(max_message_size = "1 MiB")]
impl Wait {
    #[on_message]
    async fn take(&self, message: Bytes) -> wsrack::Result {
        self.0.go.subscribe().wait_for(|go| *go).await?;
        self.0.received.fetch_add(message.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

struct Stream(Shared);

#[websocket_app]
impl Stream {
    #[on_message]
    async fn take(&self, mut incoming: Incoming) -> wsrack::Result {
        self.0.go.subscribe().wait_for(|go| *go).await?;
        let mut all = Vec::new();
        incoming.read_to_end(&mut all).await?;
        self.0.received.fetch_add(all.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

struct Echo(Shared);

#[websocket_app(max_message_size = "1 MiB")]
impl Echo {
    #[on_open]
    fn open(&self, ws: &Socket) -> wsrack::Result {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Ok(ws.subscribe("all")?)
    }

    #[on_message]
    fn echo<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        message
    }

    #[on_close]
    fn close(&self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Pack;

#[websocket_app(max_message_size = "1 MiB")]
impl Pack {
    #[on_message]
    fn echo<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        message
    }
}

fn packing(compression: Compression) -> Options {
    Options::new().compression(compression)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> wsrack::Result {
    let shared = Shared { go: Arc::default(), received: Arc::default(), open: Arc::default() };
    let hub = Hub::default();
    let (go, received, open) = (shared.go.clone(), shared.received.clone(), shared.open.clone());
    let topics = hub.clone();
    let text = |text: String| ready(Ok::<_, Infallible>(Response::new(text)));
    let routes = wsrack::routes! {
        "/wait" => Wait(shared.clone()),
        "/stream" => Stream(shared.clone()),
        "/echo" => Echo(shared),
        "/plain" => Pack,
        "/shared" => Pack.with(packing(Compression::shared())),
        "/dedicated" => Pack.with(packing(Compression::dedicated())),
        "/go" => wsrack::http(move |_| {
            go.send_replace(true);
            text(String::new())
        }),
        "/received" => wsrack::http(move |_| text(received.load(Ordering::Relaxed).to_string())),
        "/open" => wsrack::http(move |_| {
            let (open, subscribed) = (open.load(Ordering::Relaxed), topics.subscribers("all"));
            text(format!("{open} open, {subscribed} subscribed"))
        }),
    };
    let server = routes.with_hub(hub).bind("127.0.0.1:0").await?;
    if let Some(address) = server.local_addr() {
        writeln!(io::stdout(), "http://{address}/")?;
    }
    server.serve().await
}
