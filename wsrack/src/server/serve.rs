//! A bound server.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::ToSocketAddrs;
use tokio::sync::watch;

use super::accept::accept_all;
use super::access_log::AccessLog;
use super::arrival::Door;
use super::builder::{ServerBuilder, Setup};
use super::control::{Control, Order};
use super::handle::ServerHandle;
use super::listen::Listen;
use super::listener::Listener;
use super::signals::asked_to_stop;
use super::site::Site;
use super::stop::{Stop, stop};
#[cfg(feature = "tls")]
use super::tls::Watch;
use super::workers::Workers;
use crate::close::CloseCode;
use crate::error::{Error, Result};
use crate::log::log;
use crate::routes::{Routes, Running};

/// A server that is bound and whose applications have started. Clients wait in the kernel's queue until
/// [`serve`](Self::serve).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let server = wsrack::Routes::new().bind("127.0.0.1:0").await?;
/// println!("listening on {:?}", server.local_addr());
/// # server.handle().stop();
/// server.serve().await
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nobody is served before `serve`"]
pub struct Server {
    listening: Listening,
    running: Running,
    setup: Setup,
}

/// The sockets, closed with the server whoever has a handle.
#[derive(Debug)]
struct Listening(Arc<Control>);

/// Those who accept. Dropped, they do not any more.
enum Crew {
    Here(Pin<Box<dyn Future<Output = io::Result<()>> + Send>>),
    Workers(Workers),
}

impl Server {
    pub(super) fn new(sites: Vec<Site>, running: Running, setup: Setup) -> Self {
        Self { listening: Listening(Arc::new(Control::new(sites))), running, setup }
    }

    /// The first TCP address that is bound, with the real port where port 0 was asked for; `None` where there are
    /// unix sockets alone.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.handle().local_addr()
    }

    /// All addresses, with real ports.
    pub fn addresses(&self) -> Vec<Listen> {
        self.handle().addresses()
    }

    /// A handle to watch the server and to stop it.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle {
            control: self.listening.0.clone(),
            registry: self.running.registry().clone(),
            #[cfg(feature = "tls")]
            tls: self.setup.keeper.clone(),
        }
    }

    /// Serves until [`ServerHandle::stop`] or one of its kin. Then, in this order:
    ///
    /// 1. `/readyz` says 503, for as long as [`Drain::notice`](crate::Drain::notice) says.
    /// 2. Connections are closed, at the pace of [`Drain`](crate::Drain). A handler that is at work finishes, what it
    ///    says is sent, and the close frame follows; messages that no handler has begun with are not handled. New
    ///    connections are answered with 503.
    /// 3. Nothing is accepted any more, and what waits in the kernel's queue is answered with 503. Requests and
    ///    handlers under way have the graceful period; then they are dropped.
    /// 4. `#[on_stop]` runs.
    ///
    /// After [`ServerHandle::restart`] accepting ends at once, and the queue is left to the other process. Signals are
    /// left to the caller.
    ///
    /// # Errors
    ///
    /// Where a worker cannot be started, or fails: the server stops, and this says why. Else the first error of an
    /// `#[on_stop]`.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it stops listening, and no `#[on_stop]` runs. Open connections are left to the runtime; those of
    /// workers end.
    pub async fn serve(self) -> Result {
        let Self { listening, running, mut setup } = self;
        let access = setup.access_log.take().map(AccessLog::start).transpose()?.map(Arc::new);
        let control = &*listening.0;
        let stopping = watch::Sender::new(Stop::No);
        let door = Arc::new(setup.door(&running, access.clone()));
        #[cfg(feature = "tls")]
        let _watch = setup.keeper.clone().map(Watch::begin);
        let failure = match Crew::start(control, &door, &stopping, &setup) {
            Ok(mut crew) => {
                #[cfg(unix)]
                listening.take_over();
                let failure = tokio::select! {
                    biased;
                    () = control.asked() => None,
                    why = crew.failed() => Some(why),
                };
                if let Some(why) = &failure {
                    log!(error, "{why}; the server stops");
                    control.drain(CloseCode::GOING_AWAY, false);
                }
                stop(&stopping, control, running.registry(), setup.drain, setup.grace, &door).await;
                crew.end().await;
                failure
            }
            Err(error) => Some(format!("no connection can be accepted: {error}")),
        };
        let stopped = running.stop().await;
        if let Some(access) = access {
            access.end().await;
        }
        failure.map_or(stopped, |why| Err(Error::from(io::Error::other(why))))
    }

    /// As [`serve`](Self::serve), and stops at Ctrl-C or SIGTERM; a second one ends the process at once, with the status 130.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    ///
    /// # Cancel safety
    ///
    /// As [`serve`](Self::serve). The process still listens for signals: of those that follow the first does nothing, and the
    /// second ends it.
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

impl Crew {
    /// Begins to accept, here or on workers.
    fn start(
        control: &Control,
        door: &Arc<Door>,
        stop: &watch::Sender<Stop>,
        setup: &Setup,
    ) -> io::Result<Self> {
        let count = setup.sockets();
        let accept = |index| {
            let listeners = listeners(control, index, count)?;
            Ok(accept_all(listeners, door, &stop.subscribe()))
        };
        if setup.workers.is_some() {
            Workers::spawn(count, setup.blocking_threads, accept).map(Self::Workers)
        } else {
            Ok(Self::Here(Box::pin(accept(0)?)))
        }
    }

    /// Waits until it fails.
    async fn failed(&mut self) -> String {
        match self {
            Self::Here(accepting) => match accepting.await {
                Ok(()) => "accepting has ended".to_owned(),
                Err(error) => format!("accepting has failed: {error}"),
            },
            Self::Workers(workers) => workers.failed().await,
        }
    }

    async fn end(self) {
        match self {
            Self::Here(accepting) => drop(accepting),
            Self::Workers(workers) => workers.end().await,
        }
    }
}

fn listeners(control: &Control, index: usize, workers: usize) -> io::Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    // Who is to stop before it begins leaves all who wait to the stop, or to a successor.
    let begins = control.order() == Order::Serve;
    for site in control.sites().iter().filter(|_| begins) {
        listeners.extend(site.listeners(index, workers)?);
    }
    Ok(listeners)
}

#[cfg(unix)]
impl Listening {
    /// What was inherited belongs to this server from now on.
    fn take_over(&self) {
        self.0.sites().iter_mut().for_each(Site::take_over);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.close();
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
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// As [`Server::serve_until_signal`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use wsrack::prelude::*;
    ///
    /// struct Chat;
    ///
    /// #[websocket_app]
    /// impl Chat {}
    ///
    /// #[tokio::main]
    /// async fn main() -> wsrack::Result {
    ///     wsrack::routes! { "/chat" => Chat }.serve("127.0.0.1:3000").await
    /// }
    /// ```
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result {
        self.bind(addr).await?.serve_until_signal().await
    }

    /// Binds an address and starts the applications.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound, or an `#[on_start]` fails.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// As [`ServerBuilder::bind`].
    pub async fn bind(self, addr: impl ToSocketAddrs) -> Result<Server> {
        self.server().bind(addr).await
    }

    /// A server with settings of its own: see [`ServerBuilder`].
    pub fn server(self) -> ServerBuilder {
        ServerBuilder::new(self)
    }
}
