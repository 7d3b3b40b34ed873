//! Sockets that listen, before anything is served on them.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::OwnedFd;

use super::builder::Setup;
use super::listen::Listen;
use super::serve::Server;
use super::site::{Site, cannot_listen};
use crate::error::Result;
use crate::log::log;
use crate::routes::Routes;

/// A server whose sockets listen and whose applications have not started, from
/// [`ServerBuilder::bind_all`](crate::ServerBuilder::bind_all). No runtime is needed so far, and no thread has been
/// started: a program may still fork, or drop its privileges. Clients wait in the kernel's queue.
///
/// Dropped, it closes its sockets.
///
/// # Examples
///
/// ```
/// fn main() -> wsrack::Result {
///     let bound = wsrack::Routes::new().server().listen("127.0.0.1:0".parse()?).bind_all()?;
///     println!("listening on {:?}", bound.addresses());
///     // Here a program that root has started becomes another user.
///
///     tokio::runtime::Runtime::new()?.block_on(async {
///         let server = bound.start().await?;
///         # server.handle().stop();
///         server.serve().await
///     })
/// }
/// ```
#[must_use = "the applications start by `start`"]
pub struct Bound {
    routes: Routes,
    setup: Setup,
    sites: Sites,
}

/// Sites whose files are removed with them.
#[derive(Debug)]
struct Sites(Vec<Site>);

impl Bound {
    pub(super) fn new(routes: Routes, setup: Setup, sites: Vec<Site>) -> Self {
        Self { routes, setup, sites: Sites(sites) }
    }

    /// Starts the applications, in the order of their mounts.
    ///
    /// # Errors
    ///
    /// Where an `#[on_start]` fails; those that had started are stopped, and the sockets closed.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime. It is the one that the applications live on, also where workers have runtimes of
    /// their own.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the sockets are closed; the applications that have started are dropped without `#[on_stop]`.
    pub async fn start(mut self) -> Result<Server> {
        let running = self.routes.start().await?;
        Ok(Server::new(std::mem::take(&mut self.sites.0), running, self.setup))
    }

    /// The addresses, with real ports.
    pub fn addresses(&self) -> Vec<Listen> {
        self.sites.0.iter().map(Site::listen).collect()
    }

    /// The first TCP address.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.sites.0.iter().find_map(Site::tcp_addr)
    }
}

/// Binds what is not inherited, and of `first_of` the first that can be. Where one fails, none stays.
pub(super) fn bind(
    addresses: &[Listen],
    first_of: &[SocketAddr],
    setup: &mut Setup,
) -> io::Result<Vec<Site>> {
    let mut bound = Sites(Vec::new());
    #[cfg(unix)]
    for socket in std::mem::take(&mut setup.inherited) {
        inherit(socket, &mut bound.0)?;
    }
    let inherited = bound.0.len();
    for address in addresses {
        match address {
            Listen::Tcp { host, port } => {
                let addrs = Listen::resolve(host, *port).map_err(|error| cannot_listen(address, &error))?;
                bind_host(&addrs, setup, &mut bound.0, inherited)?;
            }
            #[cfg(unix)]
            Listen::Unix { path, mode } => {
                if !bound.0[..inherited].iter_mut().any(|site| site.claim(path)) {
                    bound.0.push(Site::unix(path, *mode, setup.backlog)?);
                }
            }
        }
    }
    if !first_of.is_empty() {
        let mut one = |addr| bind_host(std::slice::from_ref(addr), setup, &mut bound.0, inherited);
        let mut result = Ok(());
        for addr in first_of {
            result = one(addr);
            if result.is_ok() {
                break;
            }
        }
        result?;
    }
    if bound.0.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no address to listen on"));
    }
    #[cfg(unix)]
    for site in &mut bound.0 {
        site.grow(setup.sockets(), setup.backlog);
    }
    Ok(std::mem::take(&mut bound.0))
}

#[cfg(unix)]
fn inherit(socket: OwnedFd, bound: &mut Vec<Site>) -> io::Result<()> {
    let mut site = Site::inherited(socket)?;
    for known in &mut *bound {
        match known.join(site) {
            Ok(()) => return Ok(()),
            Err(other) => site = other,
        }
    }
    bound.push(site);
    Ok(())
}

/// Binds all addresses of a host, or the first of them where any port will do: the others would get another one.
/// A family that the system does not have is passed over, if another is there. The first `inherited` sites are those
/// that need not be bound.
fn bind_host(addrs: &[SocketAddr], setup: &Setup, bound: &mut Vec<Site>, inherited: usize) -> io::Result<()> {
    let mut absent = Err(io::Error::new(io::ErrorKind::NotFound, "the host has no address"));
    for addr in addrs {
        if bound[..inherited].iter().any(|site| site.is_at(*addr)) {
            absent = Ok(());
            continue;
        }
        match Site::tcp(*addr, setup.sockets(), setup.backlog) {
            Ok(site) => {
                bound.push(site);
                absent = Ok(());
                if addr.port() == 0 {
                    break;
                }
            }
            Err(error) if addrs.len() > 1 && is_of_family(&error) => {
                log!(debug, "passed over: {error}");
                absent = absent.or(Err(error));
            }
            Err(error) => return Err(error),
        }
    }
    absent
}

fn is_of_family(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
}

impl Drop for Sites {
    fn drop(&mut self) {
        #[cfg(unix)]
        self.0.iter().for_each(Site::clean_up);
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("sites", &self.sites.0).finish_non_exhaustive()
    }
}
