//! What `routes!` expands into. They are functions so that an error points at their argument.

pub use super::builder::Routes;
pub use super::key::{Key, Segment};
use super::layer::RoutesLayer;
use super::mount::Mount;

/// [`Routes::layer`].
pub fn layer<B>(routes: Routes, layer: impl RoutesLayer<B>) -> Routes {
    routes.layer(layer)
}

/// [`Routes::map`] with a key that has been checked.
///
/// Where a value is both kinds, rustc has no words of ours: it shows the name of the parameter, and the line of
/// `what` with its comment.
pub fn mount<AppOrHttp>(
    routes: Routes,
    key: Key,
    what: impl Mount<AppOrHttp>, // if it is both, name it: `app(what)` or `http(what)`
) -> Routes {
    routes.mount_checked(key, what)
}
