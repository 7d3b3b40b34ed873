//! What is served where: mounts by the rules of `Rack::URLMap`, layers, and all of it as a tower service.

mod builder;
mod dispatch;
mod key;
mod layer;
mod lazy;
#[cfg(feature = "cli")]
mod levels;
mod mount;
pub(crate) mod private;
mod running;
mod service;
mod start;
mod urlmap;
mod websocket;

pub use self::builder::Routes;
pub use self::key::RouteError;
pub use self::layer::RoutesLayer;
pub use self::lazy::LazyService;
#[cfg(feature = "cli")]
pub(crate) use self::levels::ServerOptions;
#[cfg(feature = "stats")]
pub(crate) use self::mount::Node;
pub use self::mount::{HttpService, IntoHttp, Mount, app, http};
pub use self::running::Running;
pub use self::service::RoutesService;

#[cfg(test)]
mod tests;
