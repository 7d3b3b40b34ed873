//! Websocket applications among the mounts: their options, their start and their stop.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use super::key::Key;
#[cfg(feature = "cli")]
use super::levels::ServerOptions;
use super::service::RoutesService;
use super::start::{BoxFuture, Prototype, Ready, Setup, Started};
use crate::app::{App, Configured, Scope, StartContext};
use crate::connection::{AppService, poll_caught};
use crate::error::Error;
#[cfg(feature = "cli")]
use crate::options::Settings;
use crate::options::{OptionError, Options};

/// An application that waits for its `on_start`.
pub(super) struct Unstarted<A> {
    app: A,
    /// All levels.
    options: Options,
    /// Those of this instance, the highest of them.
    #[cfg(feature = "cli")]
    own: Options,
}

/// An application that waits for its `on_stop`.
struct Live<A> {
    app: Arc<A>,
    cx: StartContext,
}

/// The options of one mount contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("the options of `{mount}`: {source}")]
struct BadOptions {
    mount: Key,
    source: OptionError,
}

impl<A: App> Unstarted<A> {
    pub(super) fn new(configured: Configured<A>) -> Self {
        let Configured { app, options: own } = configured;
        Self {
            app,
            options: A::options().merge(own.clone()),
            #[cfg(feature = "cli")]
            own,
        }
    }
}

impl<A: App> Prototype for Unstarted<A> {
    #[cfg(feature = "cli")]
    fn configure(&mut self, mount: &Key, server: ServerOptions) -> Result<(), Error> {
        self.options = server.under.merge(A::options()).merge(server.over).merge(self.own.clone());
        self.options.check().map_err(|source| BadOptions { mount: mount.clone(), source }.into())
    }

    #[cfg(feature = "cli")]
    fn settings(&self) -> Settings {
        self.options.effective()
    }

    fn start(self: Box<Self>, setup: Setup) -> BoxFuture<'static, Result<Ready, Error>> {
        Box::pin(async move {
            let Self { mut app, options, .. } = *self;
            let settings = options.resolve().map_err(|source| BadOptions { mount: setup.mount, source })?;
            let scope = Arc::new(Scope { options, settings, hub: setup.hub });
            let cx = StartContext { scope: Arc::clone(&scope) };
            catch_panic(app.on_start(&cx)).await?;
            let app = Arc::new(app);
            let service = AppService::new(Arc::clone(&app), scope, setup.registry, setup.counts);
            let started: Box<dyn Started> = Box::new(Live { app, cx });
            let service = RoutesService::ours(move |request, passage| service.call(request, passage));
            Ok((service, started))
        })
    }
}

impl<A: App> Started for Live<A> {
    fn stop(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(catch_panic(self.app.on_stop(&self.cx)))
    }
}

/// A panic is an error like any other: those that have started must still be stopped.
async fn catch_panic(handler: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let mut handler = pin!(handler);
    poll_fn(|task| poll_caught(handler.as_mut(), task)).await
}
