//! What a server can be told before it binds.

#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::ToSocketAddrs;

use super::entrance::Door;
#[cfg(feature = "http2")]
use super::http2::Http2;
use super::listener::Listener;
use super::serve::Server;
#[cfg(feature = "tls")]
use super::tls::{Keeper, Tls};
use crate::error::Result;
use crate::routes::Routes;

/// A server before it listens, from [`Routes::server`].
///
/// ```no_run
/// # async fn run() -> wsrack::Result {
/// use std::time::Duration;
///
/// let server = wsrack::Routes::new().server().grace(Duration::from_secs(5)).bind("127.0.0.1:0").await?;
/// println!("http://{}", server.local_addr().expect("bound to TCP"));
/// server.serve().await
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a server is there once it is bound"]
pub struct ServerBuilder {
    routes: Routes,
    pub(super) grace: Duration,
    pub(super) handshake_timeout: Duration,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    #[cfg(feature = "http2")]
    http2: Option<Http2>,
}

impl ServerBuilder {
    pub(super) fn new(routes: Routes) -> Self {
        Self {
            routes,
            grace: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(10),
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "http2")]
            http2: None,
        }
    }

    /// How long handlers may take to finish when the server stops. Default: 30 seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How long a client may take to send a request head, and before it for the handshake of TLS. Default: 10 seconds.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// Speaks TLS on what is bound: `wss://` and `https://`. Default: none.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Speaks HTTP/2 beside HTTP/1.1 on the same port, whichever a client chooses: over TLS by ALPN, without it by
    /// how it begins (prior knowledge). Default: HTTP/1.1 alone.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, http2: Http2) -> Self {
        self.http2 = Some(http2);
        self
    }

    /// Binds a TCP address, then starts the applications.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` fails; nothing is left running.
    pub async fn bind(self, addr: impl ToSocketAddrs) -> Result<Server> {
        let listener = Listener::tcp(addr).await?;
        self.start(listener).await
    }

    /// Binds a unix socket, then starts the applications. A socket file that nobody listens on is replaced;
    /// it is removed when the server stops.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    #[cfg(unix)]
    pub async fn bind_unix(self, path: impl Into<PathBuf>) -> Result<Server> {
        let listener = Listener::unix(path.into()).await?;
        self.start(listener).await
    }

    async fn start(mut self, listener: Listener) -> Result<Server> {
        #[cfg(feature = "tls")]
        let tls = self.keeper()?;
        let routes = std::mem::take(&mut self.routes);
        let running = routes.start().await?;
        #[cfg_attr(
            not(any(feature = "tls", feature = "http2")),
            expect(unused_mut, reason = "nothing to add")
        )]
        let mut door = Door::new(running.service(), self.handshake_timeout);
        #[cfg(feature = "tls")]
        door.tls.clone_from(&tls);
        #[cfg(feature = "http2")]
        door.http2.clone_from(&self.http2);
        Ok(Server::new(listener, running, door, self.grace))
    }

    /// What TLS is spoken with.
    #[cfg(feature = "tls")]
    fn keeper(&mut self) -> Result<Option<std::sync::Arc<Keeper>>> {
        #[cfg(feature = "http2")]
        let speaks_http2 = self.http2.is_some();
        #[cfg(not(feature = "http2"))]
        let speaks_http2 = false;
        let protocols: &[&[u8]] = if speaks_http2 { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        let keeper = self.tls.take().map(|tls| Keeper::new(tls, protocols)).transpose()?;
        Ok(keeper.map(Into::into))
    }
}
