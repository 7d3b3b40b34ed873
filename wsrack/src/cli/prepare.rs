//! The routes as the settings want them.

use super::failure::Failure;
use super::settings::Settings;
use super::stats::Stats;
use crate::error::Error;
use crate::routes::{RouteError, Routes, ServerOptions};

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

/// Gives the applications their options, and puts prefix and page of statistics around them.
///
/// # Errors
///
/// Options that contradict each other; a page where nothing can be mounted.
pub(super) fn prepare(settings: &Settings, routes: Routes) -> Result<(Routes, Stats), Failure> {
    let mut routes = configure(settings, routes)?;
    let unfit = |error: RouteError| Failure::Usage(error.to_string());
    if let Some(prefix) = &settings.prefix {
        routes = Routes::new().with_hub(routes.hub()).map(prefix, routes).map_err(unfit)?;
    }
    let stats = Stats::default();
    if let Some(path) = &settings.stats {
        routes = stats.mount(path, routes).map_err(unfit)?;
    }
    Ok((routes, stats))
}
