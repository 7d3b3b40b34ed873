//! A server, seen from elsewhere.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::control::{Control, Order};
use super::listen::Listen;
use super::site::Site;
#[cfg(feature = "tls")]
use super::tls::Keeper;
use crate::close::CloseCode;
use crate::connection::Registry;
use crate::stats::Stats;

/// A handle to a server, to watch it and to stop it from elsewhere. Clones are handles to the same.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let server = wsrack::Routes::new().bind("127.0.0.1:0").await?;
/// let handle = server.handle();
/// let serving = tokio::spawn(server.serve());
/// assert_eq!(handle.connections(), 0);
/// handle.stop();
/// serving.await?
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ServerHandle {
    pub(super) control: Arc<Control>,
    pub(super) registry: Registry,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Arc<Keeper>>,
}

impl ServerHandle {
    /// Asks the server to stop gracefully: connections are closed with 1001 at the pace of
    /// [`ServerBuilder::drain`](crate::ServerBuilder::drain). Returns at once; [`Server::serve`](crate::Server::serve)
    /// ends when all is done.
    ///
    /// Of several calls to this, to [`stop_with`](Self::stop_with) and to [`restart`](Self::restart) the first counts.
    pub fn stop(&self) {
        self.stop_with(CloseCode::GOING_AWAY);
    }

    /// As [`stop`](Self::stop), and connections are closed with another code.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::CloseCode;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> wsrack::Result {
    /// let server = wsrack::Routes::new().bind("127.0.0.1:0").await?;
    /// server.handle().stop_with(CloseCode::TRY_AGAIN);
    /// assert!(server.handle().is_stopping());
    /// server.serve().await
    /// # }
    /// ```
    pub fn stop_with(&self, code: CloseCode) {
        self.control.drain(code, false);
    }

    /// As [`stop`](Self::stop), but another process has the listening sockets by now ([`sockets`](Self::sockets)):
    /// accepting ends at once, what waits in the kernel's queue is left to the other, so are the files of unix
    /// sockets, and connections are closed with 1012, the server restarts. So is one that a worker accepts in the moment
    /// before it hears of this.
    pub fn restart(&self) {
        self.control.drain(CloseCode::SERVICE_RESTART, true);
    }

    /// Asks the server to stop without waiting: all connections are told at once, and a quarter of a second later all
    /// that is left is cut off. Also where it is stopping gracefully already; connections that have not been told
    /// hear the code that was given then.
    pub fn stop_now(&self) {
        self.control.end();
    }

    /// Whether the server is to stop, or has.
    pub fn is_stopping(&self) -> bool {
        self.control.order() != Order::Serve
    }

    /// Reads the files of [`Tls`](crate::Tls) again: new connections have what they hold, open ones go on as they are.
    /// Nothing to do without TLS. Feature `tls`.
    ///
    /// # Errors
    ///
    /// As [`Tls::from_pem_files`](crate::Tls::from_pem_files): something is wrong with them, and the old certificates
    /// stay in use.
    #[cfg(feature = "tls")]
    pub fn reload_tls(&self) -> crate::error::Result {
        self.tls.as_ref().map_or(Ok(()), |keeper| keeper.reload())
    }

    /// How many WebSockets are open.
    pub fn connections(&self) -> usize {
        self.registry.len()
    }

    /// What the applications have counted, and what waits in their queues now; `None` where they do not count:
    /// [`Routes::counted`](crate::Routes::counted).
    pub fn stats(&self) -> Option<Stats> {
        self.registry.stats()
    }

    /// The addresses that the server listens on, with real ports; none when it does not any more.
    pub fn addresses(&self) -> Vec<Listen> {
        self.control.sites().iter().map(Site::listen).collect()
    }

    /// The first TCP address that the server listens on.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.control.sites().iter().find_map(Site::tcp_addr)
    }

    /// Duplicates of all listening sockets, for a process that is to take over:
    /// [`ServerBuilder::inherit`](crate::ServerBuilder::inherit). Both may accept for a while. There are none where
    /// the server does not listen any more.
    ///
    /// # Errors
    ///
    /// Where the process has no descriptors left.
    #[cfg(unix)]
    pub fn sockets(&self) -> io::Result<Vec<OwnedFd>> {
        let mut sockets = Vec::new();
        for site in self.control.sites().iter() {
            sockets.extend(site.duplicates()?);
        }
        Ok(sockets)
    }
}
