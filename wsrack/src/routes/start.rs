//! From routes as written to routes that serve: each application started in turn, each block's layers put
//! around it.

use std::pin::Pin;
use std::sync::Arc;

use super::builder::Routes;
use super::dispatch::dispatch;
use super::key::Key;
#[cfg(feature = "cli")]
use super::levels::ServerOptions;
use super::mount::{Mounted, Node};
use super::running::Running;
use super::service::RoutesService;
use crate::connection::Registry;
use crate::error::Error;
use crate::hub::Hub;
use crate::log::log;
#[cfg(feature = "cli")]
use crate::options::Settings;
use crate::stats::{Counts, RouteCounts};

pub(super) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An application before its `on_start`.
pub(super) trait Prototype: Send {
    /// Takes what the server says about it.
    ///
    /// # Errors
    ///
    /// Where its options contradict each other then.
    #[cfg(feature = "cli")]
    fn configure(&mut self, mount: &Key, server: ServerOptions) -> Result<(), Error>;

    /// What its options mean.
    #[cfg(feature = "cli")]
    fn settings(&self) -> Settings;

    fn start(self: Box<Self>, setup: Setup) -> BoxFuture<'static, Result<Ready, Error>>;
}

/// An application after its `on_start`.
pub(super) trait Started: Send + Sync {
    fn stop(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// What an application becomes by its `on_start`: what serves it, and what stops it.
pub(super) type Ready = (RoutesService, Box<dyn Started>);

/// What an application is started with.
pub(super) struct Setup {
    pub(super) hub: Hub,
    pub(super) registry: Registry,
    pub(super) counts: Option<Arc<RouteCounts>>,
    pub(super) mount: Key,
}

/// Starts all applications in the order of the mounts.
///
/// # Errors
///
/// The first that an application ends in; those that had started are stopped.
pub(super) async fn start(routes: Routes) -> Result<Running, Error> {
    let registry = Registry::new(routes.counted.then(Counts::new));
    let mut starter = Starter { hub: routes.hub(), registry, counted: true, started: Vec::new() };
    match starter.block(routes, Key::ROOT).await {
        Ok(service) => Ok(Running::new(service, starter.hub, starter.registry, starter.started)),
        Err(error) => {
            if let Err(second) = stop(&starter.started).await {
                log!(error, "an application failed to stop after another failed to start: {second:?}");
            }
            Err(error)
        }
    }
}

/// Stops all, the last first, also where one fails.
///
/// # Errors
///
/// The first error; further ones are logged.
pub(super) async fn stop(started: &[Box<dyn Started>]) -> Result<(), Error> {
    let mut result = Ok(());
    for app in started.iter().rev() {
        match (app.stop().await, &result) {
            (Err(error), Ok(())) => result = Err(error),
            (Err(error), Err(_)) => log!(error, "a further application failed to stop: {error:?}"),
            (Ok(()), _) => {}
        }
    }
    result
}

struct Starter {
    hub: Hub,
    registry: Registry,
    /// Whether what is started now is counted.
    counted: bool,
    started: Vec<Box<dyn Started>>,
}

impl Starter {
    /// Boxed, since blocks stand in blocks.
    fn block(&mut self, routes: Routes, at: Key) -> BoxFuture<'_, Result<RoutesService, Error>> {
        Box::pin(async move {
            let mut mounts = Vec::with_capacity(routes.mounts.len());
            for (key, node) in routes.mounts {
                let service = self.node(node, key.below(&at)).await?;
                mounts.push((key, service));
            }
            Ok(routes.layers.into_iter().rfold(dispatch(mounts), |below, wrap| wrap.around(below)))
        })
    }

    async fn node(&mut self, node: Node, at: Key) -> Result<RoutesService, Error> {
        match node.0 {
            Mounted::Http(service) => Ok(service),
            Mounted::Nested(routes) => self.block(routes, at).await,
            Mounted::Observer(observer) => {
                self.counted = false;
                let routes = (observer.routes)(self.registry.clone());
                let service = self.block(routes, at).await;
                self.counted = true;
                service
            }
            Mounted::App(app) => {
                let (service, started) = app.start(self.setup(at)).await?;
                self.started.push(started);
                Ok(service)
            }
        }
    }

    fn setup(&self, mount: Key) -> Setup {
        let counts = self.registry.counts().filter(|_| self.counted);
        let counts = counts.map(|counts| counts.route(&mount.to_string()));
        Setup { hub: self.hub.clone(), registry: self.registry.clone(), counts, mount }
    }
}
