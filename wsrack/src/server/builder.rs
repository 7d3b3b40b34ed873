//! What a server can be told before it binds.

#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::ToSocketAddrs;

use super::listener::Listener;
use super::serve::Server;
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
}

impl ServerBuilder {
    pub(super) fn new(routes: Routes) -> Self {
        Self { routes, grace: Duration::from_secs(30), handshake_timeout: Duration::from_secs(10) }
    }

    /// How long handlers may take to finish when the server stops. Default: 30 seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How long a client may take to send a request head. Default: 10 seconds.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// Serves what is made of its routes instead of them.
    #[cfg(feature = "stats")]
    pub(crate) fn around_routes<E>(
        mut self,
        around: impl FnOnce(Routes) -> std::result::Result<Routes, E>,
    ) -> std::result::Result<Self, E> {
        self.routes = around(self.routes)?;
        Ok(self)
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
        let routes = std::mem::take(&mut self.routes);
        let running = routes.start().await?;
        Ok(Server::new(listener, running, &self))
    }
}
