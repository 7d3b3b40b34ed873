//! Routes whose applications have started.

use std::fmt;
use std::time::Duration;

use super::service::RoutesService;
use super::start::{self, Started};
use crate::connection::Registry;
use crate::error::Error;
use crate::hub::Hub;
use crate::stats::Stats;

/// How long [`Running::shutdown`] waits for connections.
const GRACE: Duration = Duration::from_secs(30);

/// Routes whose applications have started, from [`Routes::start`](super::Routes::start).
///
/// Dropped without [`shutdown`](Self::shutdown), no connection is closed and no `#[on_stop]` runs.
///
/// # Examples
///
/// ```
/// use wsrack::prelude::*;
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {
///     #[on_stop]
///     fn stop(&self) -> Result<(), &'static str> {
///         Err("the archive is full")
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let running = wsrack::routes! { "/chat" => Chat }.start().await?;
/// running.hub().publish("lobby", "The doors are open.")?;
/// // … running.service() is served …
/// assert_eq!(running.shutdown().await.unwrap_err().to_string(), "the archive is full");
/// # Ok(())
/// # }
/// ```
#[must_use = "the applications are stopped by `shutdown`"]
pub struct Running {
    service: RoutesService,
    hub: Hub,
    registry: Registry,
    started: Vec<Box<dyn Started>>,
}

impl Running {
    pub(super) fn new(
        service: RoutesService,
        hub: Hub,
        registry: Registry,
        started: Vec<Box<dyn Started>>,
    ) -> Self {
        Self { service, hub, registry, started }
    }

    /// The routes as a tower service, for axum, hyper or anything that speaks HTTP and upgrades.
    ///
    /// Below a `nest_service` of axum the routes see the path without its prefix, and
    /// [`script_name`](crate::Env::script_name) begins after it.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn run() -> wsrack::Result {
    /// let running = wsrack::Routes::new().start().await?;
    /// let axum = axum::Router::<()>::new().nest_service("/live", running.service());
    /// # Ok(())
    /// # }
    /// ```
    pub fn service(&self) -> RoutesService {
        self.service.clone()
    }

    /// The topics of all applications, to publish from anywhere.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// What the applications have counted, and what waits in their queues now; `None` where they do not count:
    /// [`Routes::counted`](super::Routes::counted).
    pub fn stats(&self) -> Option<Stats> {
        self.registry.stats()
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Closes all connections, then runs `#[on_stop]` of all applications, the last mounted first.
    ///
    /// Handlers have 30 seconds to finish; [`shutdown_within`](Self::shutdown_within) sets another time.
    ///
    /// # Errors
    ///
    /// The first error or panic of an `#[on_stop]`. The others run all the same.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the applications that have not stopped by then are dropped without
    /// `#[on_stop]`.
    pub async fn shutdown(self) -> Result<(), Error> {
        self.shutdown_within(GRACE).await
    }

    /// As [`shutdown`](Self::shutdown), with another time for the handlers to finish.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown).
    ///
    /// # Cancel safety
    ///
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(self, grace: Duration) -> Result<(), Error> {
        self.registry.shutdown(grace).await;
        self.stop().await
    }

    /// Runs `#[on_stop]` of all applications: the connections are closed.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown).
    pub(crate) async fn stop(self) -> Result<(), Error> {
        start::stop(&self.started).await
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("apps", &self.started.len()).finish_non_exhaustive()
    }
}
