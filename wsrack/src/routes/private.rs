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
pub fn mount<Kind>(routes: Routes, key: Key, what: impl Mount<Kind>) -> Routes {
    routes.mount_checked(key, what)
}
