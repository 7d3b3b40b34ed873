//! What a server can be told before it binds.

use std::num::NonZeroUsize;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::net::{ToSocketAddrs, lookup_host};

use super::access_log::{AccessLog, Lines};
use super::arrival::Door;
use super::bound::{Bound, bind};
use super::census::{Census, Limits};
use super::drain::Drain;
#[cfg(feature = "http2")]
use super::http2::Http2;
use super::listen::Listen;
use super::serve::Server;
use super::site::{self, cannot_listen};
#[cfg(feature = "tls")]
use super::tls::{Keeper, Tls};
use crate::error::Result;
use crate::options::TrustedProxies;
use crate::routes::{Routes, Running};

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
///
/// Or on several addresses, with a thread for each core:
///
/// ```no_run
/// # async fn run() -> wsrack::Result {
/// let bound = wsrack::Routes::new()
///     .server()
///     .listen("127.0.0.1:3000".parse()?)
///     .listen("unix:/run/chat.sock".parse()?)
///     .workers(0)
///     .bind_all()?;
/// bound.start().await?.serve().await
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a server is there once it is bound"]
pub struct ServerBuilder {
    routes: Routes,
    addresses: Vec<Listen>,
    setup: Setup,
}

/// How a server is to run.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) grace: Duration,
    pub(super) drain: Drain,
    pub(super) handshake_timeout: Duration,
    pub(super) probes: bool,
    pub(super) limits: Limits,
    pub(super) trusted_proxies: TrustedProxies,
    pub(super) access_log: Option<AccessLog>,
    pub(super) workers: Option<NonZeroUsize>,
    pub(super) blocking_threads: Option<usize>,
    pub(super) backlog: u32,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
    /// What `tls` is spoken with, once the sockets are bound.
    #[cfg(feature = "tls")]
    pub(super) keeper: Option<Arc<Keeper>>,
    #[cfg(feature = "http2")]
    pub(super) http2: Option<Http2>,
    #[cfg(unix)]
    pub(super) inherited: Vec<OwnedFd>,
}

impl ServerBuilder {
    pub(super) fn new(routes: Routes) -> Self {
        let setup = Setup {
            grace: Duration::from_secs(30),
            drain: Drain::default(),
            handshake_timeout: Duration::from_secs(10),
            probes: false,
            limits: Limits::default(),
            trusted_proxies: TrustedProxies::none(),
            access_log: None,
            workers: None,
            blocking_threads: None,
            backlog: site::BACKLOG,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "tls")]
            keeper: None,
            #[cfg(feature = "http2")]
            http2: None,
            #[cfg(unix)]
            inherited: Vec::new(),
        };
        Self { routes, addresses: Vec::new(), setup }
    }

    /// Adds an address for [`bind_all`](Self::bind_all).
    pub fn listen(mut self, address: Listen) -> Self {
        self.addresses.push(address);
        self
    }

    /// Adds a socket that listens already: from systemd, or from the process that this one takes over from
    /// ([`ServerHandle::sockets`](crate::ServerHandle::sockets)). TCP or unix, it is asked which; several at one
    /// address are taken as such.
    ///
    /// Where [`listen`](Self::listen) names its address, that is not bound a second time; port 0 is any inherited one
    /// of its host. The file of a unix socket is removed at the end only where `listen` names it, and the server has
    /// come to [`serve`](crate::Server::serve): else it is somebody else's.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> wsrack::Result {
    /// let old = wsrack::Routes::new().bind("127.0.0.1:0").await?;
    ///
    /// let mut builder = wsrack::Routes::new().server();
    /// for socket in old.handle().sockets()? {
    ///     builder = builder.inherit(socket);
    /// }
    /// let new = builder.bind_all()?;
    /// assert_eq!(new.local_addr(), old.local_addr());
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub fn inherit(mut self, socket: impl Into<OwnedFd>) -> Self {
        self.setup.inherited.push(socket.into());
        self
    }

    /// How many connections the kernel keeps until they are accepted, for each socket. Default: 1,024. The system may
    /// have a lower bound of its own.
    pub fn backlog(mut self, connections: u32) -> Self {
        self.setup.backlog = connections;
        self
    }

    /// Serves on `count` threads, each with a runtime of its own; 0 is one for each core. A connection stays on the
    /// thread that accepted it, with all its handlers. `#[on_start]` and `#[on_stop]` run in the runtime that the
    /// server is started in, which outlives the threads. Default: all is done in that runtime.
    ///
    /// On Linux each thread has a socket of its own (`SO_REUSEPORT`), and the kernel spreads the connections. Elsewhere,
    /// and for unix sockets, threads share one. Inherited sockets are all served, however many threads there are.
    pub fn workers(mut self, count: usize) -> Self {
        let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.setup.workers = Some(NonZeroUsize::new(count).unwrap_or_else(cores));
        self
    }

    /// How many threads all [`workers`](Self::workers) together may have for `#[on_message(blocking)]`, at least one
    /// each. Default: tokio's, which is 512 each. Without workers it is a matter of the caller's runtime.
    pub fn blocking_threads(mut self, count: usize) -> Self {
        self.setup.blocking_threads = Some(count);
        self
    }

    /// How long handlers may take to finish when the server stops, after all connections were told. Default: 30
    /// seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.setup.grace = grace;
        self
    }

    /// How connections are closed when the server stops. Default: [`Drain::default`].
    pub fn drain(mut self, drain: Drain) -> Self {
        self.setup.drain = drain;
        self
    }

    /// Answers `GET /healthz` with 200, and `GET /readyz` with 200 until the server stops and with 503 from then on,
    /// before the routes are asked. Default: no.
    pub fn probes(mut self, answer: bool) -> Self {
        self.setup.probes = answer;
        self
    }

    /// The proxies that are believed when they tell who the client is. Default: none.
    ///
    /// A connection from one of them may begin with a PROXY header, of version 1 or 2, and its requests may have
    /// `Forwarded` or `X-Forwarded-…`; from anybody else a PROXY header is a bad request, and the others mean nothing.
    /// Applications that have the option [`trusted_proxies`](crate::Options::trusted_proxies) go by that for the
    /// headers.
    ///
    /// The guide has more [behind a proxy](crate#behind-a-proxy).
    ///
    /// ```no_run
    /// # async fn run() -> wsrack::Result {
    /// let routes = wsrack::Routes::new();
    /// let server = routes.server().trusted_proxies("10.0.0.0/8, ::1".parse()?).bind("0.0.0.0:3000").await?;
    /// # server.serve().await
    /// # }
    /// ```
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.setup.trusted_proxies = proxies;
        self
    }

    /// How long a client may take to send a request head, and before it for the handshake of TLS; and a proxy for its
    /// PROXY header before that. Default: 10 seconds.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.setup.handshake_timeout = timeout;
        self
    }

    /// Speaks TLS on all that is bound: `wss://` and `https://`. Default: none. Feature `tls`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.setup.tls = Some(tls);
        self
    }

    /// Speaks HTTP/2 beside HTTP/1.1 on the same port, whichever a client chooses: over TLS by ALPN, without it by
    /// how it begins (prior knowledge). Default: HTTP/1.1 alone. Feature `http2`.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, http2: Http2) -> Self {
        self.setup.http2 = Some(http2);
        self
    }

    /// Writes a line for each connection when it is over: see [`AccessLog`]. Default: none. Who is turned away before
    /// its request is read has a line too; probes have none.
    pub fn access_log(mut self, log: AccessLog) -> Self {
        self.setup.access_log = Some(log);
        self
    }

    /// How many connections the server takes at all, WebSockets and HTTP together. One too many is answered with 503
    /// and `Retry-After` before its request is read, and closed; where many are turned away at once, some are only
    /// closed. Default: no limit but that of the system.
    ///
    /// An application's own limit is the option `max_connections`.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.setup.limits.connections = Some(count);
        self
    }

    /// How many of them one address may have, where IPv6 counts by its /64. One too many is turned away as with
    /// [`max_connections`](Self::max_connections). Unix sockets have no address, and
    /// [`trusted_proxies`](Self::trusted_proxies) do not count, but the clients that they name by PROXY. Default: no
    /// limit.
    pub fn max_connections_per_ip(mut self, count: usize) -> Self {
        self.setup.limits.per_ip = Some(count);
        self
    }

    /// How many HTTP connections may wait for a further request at the same time; beyond that an answer ends its
    /// connection. Default: no limit, but each waits no longer than
    /// [`handshake_timeout`](Self::handshake_timeout).
    pub fn max_keep_alive(mut self, count: usize) -> Self {
        self.setup.limits.keep_alive = Some(count);
        self
    }

    /// How many connections may be without an answer to their first request at the same time. While there are so
    /// many, further ones wait in the kernel's queue. Default: 4,096.
    pub fn max_handshakes(mut self, count: usize) -> Self {
        self.setup.limits.handshakes = count;
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

    /// Binds all addresses of [`listen`](Self::listen), beside what was inherited. No application is started, and no
    /// runtime needed: a program can drop its privileges before [`Bound::start`].
    ///
    /// The resolver is asked for names, and waited for.
    ///
    /// # Errors
    ///
    /// Where there is no address, or one cannot be bound: an [`io::Error`](std::io::Error) that names it. None is
    /// bound then.
    pub fn bind_all(mut self) -> Result<Bound> {
        #[cfg(feature = "tls")]
        self.setup.read_certificates()?;
        let sites = bind(&self.addresses, &[], &mut self.setup)?;
        Ok(Bound::new(self.routes, self.setup, sites))
    }

    /// Binds a TCP address, beside those of [`listen`](Self::listen), then starts the applications. Of several
    /// addresses the first is taken that can be bound.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` fails; nothing is left running.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the sockets are closed; the applications that have started are dropped without `#[on_stop]`.
    pub async fn bind(mut self, addr: impl ToSocketAddrs) -> Result<Server> {
        let addrs = lookup_host(addr).await.map_err(|error| cannot_listen("this address", &error))?;
        #[cfg(feature = "tls")]
        self.setup.read_certificates()?;
        let sites = bind(&self.addresses, &addrs.collect::<Vec<_>>(), &mut self.setup)?;
        Bound::new(self.routes, self.setup, sites).start().await
    }

    /// Binds a unix socket, beside the addresses of [`listen`](Self::listen), then starts the applications. A socket
    /// file that nobody listens on is replaced; it is removed when the server stops.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// As [`bind`](Self::bind).
    #[cfg(unix)]
    pub async fn bind_unix(self, path: impl Into<PathBuf>) -> Result<Server> {
        self.listen(Listen::unix(path)).bind_all()?.start().await
    }
}

impl Setup {
    /// What every connection is served with.
    pub(super) fn door(&self, running: &Running, access: Option<Arc<Lines>>) -> Door {
        let mut door = Door::new(running.service(), self.handshake_timeout);
        door.registry = Some(running.registry().clone());
        door.probes = self.probes;
        door.trusted_proxies.clone_from(&self.trusted_proxies);
        door.access = access;
        door.census = Arc::new(Census::new(self.limits));
        #[cfg(feature = "http2")]
        door.http2.clone_from(&self.http2);
        #[cfg(feature = "tls")]
        door.tls.clone_from(&self.keeper);
        door
    }

    /// Reads the files of TLS: now, for the program may lose the right to.
    #[cfg(feature = "tls")]
    fn read_certificates(&mut self) -> Result {
        if let Some(tls) = self.tls.take() {
            self.keeper = Some(Arc::new(Keeper::new(tls, self.protocols())?));
        }
        Ok(())
    }

    /// What a client may choose from within TLS, the best first.
    #[cfg(feature = "tls")]
    #[cfg_attr(not(feature = "http2"), expect(clippy::unused_self, reason = "there is one"))]
    fn protocols(&self) -> &'static [&'static [u8]] {
        #[cfg(feature = "http2")]
        if self.http2.is_some() {
            return &[b"h2", b"http/1.1"];
        }
        &[b"http/1.1"]
    }

    /// How many sockets an address is to have.
    pub(super) fn sockets(&self) -> usize {
        self.workers.map_or(1, NonZeroUsize::get)
    }
}
