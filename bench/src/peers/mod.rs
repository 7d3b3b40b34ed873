//! Servers that are measured, each on the one thread of its process.

#[cfg(feature = "peers")]
pub(crate) mod axum;
#[cfg(feature = "peers")]
mod fastwebsockets;
mod floor;
#[cfg(feature = "peers")]
mod tungstenite;
mod wsrack;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::net::{TcpListener, TcpStream};

use crate::Result;

type Served = Pin<Box<dyn Future<Output = Result>>>;

/// A server by its name.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// What it is called on the command line and in the table.
    pub name: &'static str,
    /// It serves `/fanout` and `/say`, too.
    pub fans_out: bool,
    /// It serves `/packed` and `/packed-takeover`, too.
    pub compresses: bool,
    serve: fn() -> Served,
}

/// All that were built.
pub const PEERS: &[Peer] = &[
    Peer { name: "wsrack", fans_out: true, compresses: true, serve: || Box::pin(wsrack::serve()) },
    Peer { name: "floor", fans_out: false, compresses: false, serve: || Box::pin(echo(floor::serve)) },
    #[cfg(feature = "peers")]
    Peer {
        name: "fastwebsockets",
        fans_out: false,
        compresses: false,
        serve: || Box::pin(echo(fastwebsockets::serve)),
    },
    #[cfg(feature = "peers")]
    Peer {
        name: "tungstenite",
        fans_out: false,
        compresses: false,
        serve: || Box::pin(echo(tungstenite::serve)),
    },
    #[cfg(feature = "peers")]
    Peer { name: "axum", fans_out: true, compresses: false, serve: || Box::pin(axum::serve()) },
];

impl Peer {
    /// The server of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn named(name: &str) -> Result<Self> {
        let known = PEERS.iter().find(|peer| peer.name == name);
        known
            .copied()
            .ok_or_else(|| format!("there is no server `{name}`; `--features peers` has more").into())
    }

    /// Says where it listens, and serves until the process ends.
    ///
    /// # Errors
    ///
    /// Where the server cannot start.
    pub async fn serve(self) -> Result {
        (self.serve)().await
    }
}

/// Accepts connections, and runs `serve` for each on a task of its own.
async fn echo<F: Future<Output = Result> + Send + 'static>(serve: fn(TcpStream) -> F) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // A client that goes away is no matter here.
            let _ended = serve(stream).await;
        });
    }
}

#[expect(clippy::print_stdout, reason = "that is how the port becomes known")]
pub(crate) fn announce(address: SocketAddr) {
    println!("{address}");
}
