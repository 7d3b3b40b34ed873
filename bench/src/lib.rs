//! Measurements beside peers, and guards that count: see the README beside this crate.

pub mod apps;
pub mod client;
pub mod compare;
pub mod guards;
#[cfg(feature = "peers")]
pub mod idle_tls;
pub mod load;
pub mod peers;
pub mod process;
pub mod wire;

/// What a measurement ends in where it cannot go on; it is printed, not handled.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of what can fail here.
pub type Result<T = ()> = std::result::Result<T, Error>;
