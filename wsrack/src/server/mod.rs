//! Listening and serving: from an address to connections, until the server stops.

mod accept;
mod builder;
mod early;
mod entrance;
mod http;
#[cfg(feature = "http2")]
mod http2;
mod listener;
mod serve;
mod signals;
#[cfg(feature = "tls")]
mod tls;

pub use self::builder::ServerBuilder;
#[cfg(feature = "testing")]
pub(crate) use self::entrance::{Door, Stop, serve_connection};
#[cfg(feature = "http2")]
pub use self::http2::Http2;
#[cfg(feature = "testing")]
pub(crate) use self::serve::finish;
pub use self::serve::{Server, ServerHandle};
#[cfg(feature = "tls")]
pub use self::tls::Tls;

#[cfg(test)]
mod tests;
