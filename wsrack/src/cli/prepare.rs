//! The routes as the settings want them.

use super::failure::Failure;
use super::settings::Settings;
use crate::error::Error;
use crate::routes::{RouteError, Routes, ServerOptions};
use crate::server::ServerBuilder;

/// Gives the applications their options.
///
/// # Errors
///
/// Options that contradict each other.
pub(super) fn configure(settings: &Settings, routes: Routes) -> Result<Routes, Failure> {
    let options = &settings.options;
    let level = |mount: &str| ServerOptions { under: options.defaults(), over: options.at(mount) };
    // Whoever said the options that do not fit is who has to hear of it.
    let contradiction = |error: Error| {
        if options.is_empty() { Failure::App(error) } else { Failure::Usage(error.to_string()) }
    };
    routes.configure(&level).map_err(contradiction)
}

/// A server of the applications with their options, with prefix and page of statistics around them.
///
/// # Errors
///
/// Options that contradict each other; a page where nothing can be mounted.
pub(super) fn prepare(settings: &Settings, routes: Routes) -> Result<ServerBuilder, Failure> {
    let mut routes = configure(settings, routes)?;
    let unfit = |error: RouteError| Failure::Usage(error.to_string());
    if let Some(prefix) = &settings.prefix {
        routes = Routes::new().with_hub(routes.hub()).map(prefix, routes).map_err(unfit)?;
    }
    let server = routes.server();
    match &settings.stats {
        Some(path) => server.stats(path).map_err(unfit),
        None => Ok(server),
    }
}
