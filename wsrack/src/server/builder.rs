//! What a server can be told before it binds.

use std::num::NonZeroUsize;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::net::{ToSocketAddrs, lookup_host};

use super::access_log::AccessLog;
use super::bound::{Bound, bind};
use super::census::Limits;
use super::drain::Drain;
use super::listen::Listen;
use super::serve::Server;
use super::site::{self, cannot_listen};
use crate::error::Result;
use crate::options::TrustedProxies;
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
    /// of its host. The file of a unix socket is removed at the end only where `listen` names it: else it is somebody
    /// else's.
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

    /// How long a client may take to send a request head, and a proxy its PROXY header before that. Default: 10
    /// seconds.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.setup.handshake_timeout = timeout;
        self
    }

    /// Writes a line for each connection when it is over: see [`AccessLog`]. Default: none. Who is turned away before
    /// its request is read has no line, and probes have none.
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
        let sites = bind(&self.addresses, &[], &mut self.setup)?;
        Ok(Bound::new(self.routes, self.setup, sites))
    }

    /// Binds a TCP address, beside those of [`listen`](Self::listen), then starts the applications. Of several
    /// addresses the first is taken that can be bound.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` fails; nothing is left running.
    pub async fn bind(mut self, addr: impl ToSocketAddrs) -> Result<Server> {
        let addrs = lookup_host(addr).await.map_err(|error| cannot_listen("this address", &error))?;
        let sites = bind(&self.addresses, &addrs.collect::<Vec<_>>(), &mut self.setup)?;
        Bound::new(self.routes, self.setup, sites).start().await
    }

    /// Binds a unix socket, beside the addresses of [`listen`](Self::listen), then starts the applications. A socket
    /// file that nobody listens on is replaced; it is removed when the server stops.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    #[cfg(unix)]
    pub async fn bind_unix(self, path: impl Into<PathBuf>) -> Result<Server> {
        self.listen(Listen::unix(path)).bind_all()?.start().await
    }
}

impl Setup {
    /// How many sockets an address is to have.
    pub(super) fn sockets(&self) -> usize {
        self.workers.map_or(1, NonZeroUsize::get)
    }
}
