//! A bound server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::ToSocketAddrs;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::accept::accept;
use super::builder::ServerBuilder;
use super::entrance::{Door, Stop};
use super::listener::Listener;
use super::signals::asked_to_stop;
use crate::connection::Registry;
use crate::error::Result;
use crate::log::log;
use crate::routes::{Routes, Running};

/// A server that is bound and whose applications have started. Clients wait in the kernel's queue until
/// [`serve`](Self::serve).
#[derive(Debug)]
#[must_use = "nobody is served before `serve`"]
pub struct Server {
    listener: Listener,
    running: Running,
    door: Door,
    grace: Duration,
    stop: Arc<watch::Sender<Stop>>,
}

/// A handle to a server, to stop it from elsewhere. Clones are handles to the same.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    stop: Arc<watch::Sender<Stop>>,
    registry: Registry,
    #[cfg(feature = "tls")]
    tls: Option<Arc<super::tls::Keeper>>,
}

impl Server {
    pub(super) fn new(listener: Listener, running: Running, door: Door, grace: Duration) -> Self {
        let stop = Arc::new(watch::Sender::new(Stop::No));
        Self { listener, running, door, grace, stop }
    }

    /// The TCP address that is bound, with the real port where port 0 was asked for; `None` for a unix socket.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.listener.local_addr()
    }

    /// A handle to watch the server and to stop it.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle {
            stop: self.stop.clone(),
            registry: self.running.registry().clone(),
            #[cfg(feature = "tls")]
            tls: self.door.tls.clone(),
        }
    }

    /// Serves until [`ServerHandle::stop`]; then closes all connections with 1001, lets handlers finish for
    /// the graceful period, and runs `#[on_stop]`. Signals are left to the caller.
    ///
    /// # Errors
    ///
    /// The first error of an `#[on_stop]`.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it stops listening; open connections are left to the runtime, and no `#[on_stop]` runs.
    pub async fn serve(self) -> Result {
        let Self { listener, running, door, grace, stop } = self;
        #[cfg(feature = "tls")]
        let _watch = door.tls.clone().map(super::tls::Watch::begin);
        accept(listener, door, stop.subscribe()).await;
        finish(&stop, running, grace).await
    }

    /// As [`serve`](Self::serve), and stops at Ctrl-C or SIGTERM; a second one ends the process at once.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    pub async fn serve_until_signal(self) -> Result {
        let handle = self.handle();
        let signals = tokio::spawn(async move {
            asked_to_stop().await?;
            handle.stop();
            asked_to_stop().await?;
            std::process::exit(130);
            #[expect(unreachable_code, reason = "names the type")]
            Ok::<(), std::io::Error>(())
        });
        let served = self.serve().await;
        signals.abort();
        served
    }
}

/// Ends what is under way, in this order: requests may still become connections, and applications are needed
/// until the last connection has closed.
///
/// # Errors
///
/// As [`Running::shutdown_within`].
pub(crate) async fn finish(stop: &watch::Sender<Stop>, running: Running, grace: Duration) -> Result {
    let end = Instant::now() + grace;
    running.registry().stop();
    // Each HTTP connection holds a receiver: they are gone when the sender is alone.
    if timeout_at(end, stop.closed()).await.is_err() {
        log!(warn, "the graceful period is over; requests under way are dropped");
        stop.send_replace(Stop::Now);
        stop.closed().await;
    }
    running.shutdown_within(end.saturating_duration_since(Instant::now())).await
}

impl ServerHandle {
    /// Asks the server to stop gracefully. Returns at once; [`Server::serve`] ends when all is done.
    pub fn stop(&self) {
        self.stop.send_replace(Stop::Gracefully);
    }

    /// Reads the files of [`Tls`](crate::Tls) again: new connections have what they hold, open ones go on as they are.
    /// Nothing to do without TLS.
    ///
    /// # Errors
    ///
    /// As [`Tls::from_pem_files`](crate::Tls::from_pem_files): something is wrong with them, and the old certificates
    /// stay in use.
    #[cfg(feature = "tls")]
    pub fn reload_tls(&self) -> Result {
        self.tls.as_ref().map_or(Ok(()), |keeper| keeper.reload())
    }

    /// How many WebSockets are open.
    pub fn connections(&self) -> usize {
        self.registry.len()
    }
}

impl Routes {
    /// Serves on an address until Ctrl-C or SIGTERM, then stops gracefully: all connections are closed with
    /// 1001, handlers have 30 seconds to finish, `#[on_stop]` runs.
    ///
    /// It runs inside the caller's tokio runtime, whichever its flavour.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` or `#[on_stop]` fails.
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result {
        self.bind(addr).await?.serve_until_signal().await
    }

    /// Binds an address and starts the applications.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` fails.
    pub async fn bind(self, addr: impl ToSocketAddrs) -> Result<Server> {
        self.server().bind(addr).await
    }

    /// A server with settings of its own.
    pub fn server(self) -> ServerBuilder {
        ServerBuilder::new(self)
    }
}
