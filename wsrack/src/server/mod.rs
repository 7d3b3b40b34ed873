//! Listening and serving: from an address to connections, until the server stops.

mod accept;
mod access_log;
mod arrival;
mod bound;
mod builder;
mod census;
mod control;
mod drain;
mod early;
mod handle;
mod http;
#[cfg(feature = "http2")]
mod http2;
mod listen;
mod listener;
mod probes;
mod proxy;
mod refuse;
mod serve;
mod signals;
mod site;
mod stay;
mod stop;
mod target;
#[cfg(feature = "tls")]
mod tls;
mod traced;
mod unserved;
mod workers;

pub use self::access_log::AccessLog;
#[cfg(feature = "testing")]
pub(crate) use self::arrival::{Door, Visit, arrive};
pub use self::bound::Bound;
pub use self::builder::ServerBuilder;
pub use self::drain::Drain;
pub use self::handle::ServerHandle;
#[cfg(feature = "http2")]
pub use self::http2::Http2;
pub use self::listen::{Listen, ParseListenError};
pub use self::serve::Server;
#[cfg(feature = "testing")]
pub(crate) use self::stop::{Stop, finish};
#[cfg(feature = "tls")]
pub use self::tls::Tls;

#[cfg(test)]
mod tests;
