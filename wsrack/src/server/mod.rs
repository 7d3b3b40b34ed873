//! Listening and serving: from an address to connections, until the server stops.

mod accept;
mod builder;
mod early;
mod http;
mod listener;
mod serve;
mod signals;
mod traced;

pub use self::builder::ServerBuilder;
#[cfg(feature = "testing")]
pub(crate) use self::http::{Door, Stop, serve_connection};
#[cfg(feature = "testing")]
pub(crate) use self::serve::finish;
pub use self::serve::{Server, ServerHandle};

#[cfg(test)]
mod tests;
