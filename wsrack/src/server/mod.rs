//! Listening and serving: from an address to connections, until the server stops.

mod accept;
mod builder;
mod http;
mod listener;
mod serve;
mod signals;

pub use self::builder::ServerBuilder;
#[cfg(feature = "testing")]
pub(crate) use self::http::{Door, serve_connection};
pub use self::serve::{Server, ServerHandle};
