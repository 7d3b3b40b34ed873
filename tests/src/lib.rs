//! What the integration tests share: real servers (the [`Example`] programs, or [`Served`] in the test's own process),
//! clients (tungstenite's as [`Client`], bytes as [`Raw`], other people's as [`Script`]) and the Autobahn suite
//! ([`autobahn`]).
//!
//! Everything here waits with a bound, and reports what it waited for when that passes.

mod ask;
pub mod authority;
pub mod autobahn;
mod client;
mod example;
mod failure;
#[cfg(unix)]
mod front;
mod http;
pub mod http2;
mod logged;
mod memory;
mod port;
pub mod raw;
mod script;
mod seen;
mod served;
#[cfg(unix)]
mod site;
mod tools;
mod visit;

pub use ask::ask;
pub use authority::Authority;
pub use client::Client;
pub use example::Example;
pub use failure::{Failure, Result};
#[cfg(unix)]
pub use front::Front;
pub use http::get;
pub use http2::Http2Client;
pub use logged::Logged;
pub use memory::{peak, resident};
pub use port::free_ports;
pub use raw::Raw;
pub use script::Script;
pub use seen::{CLOSE_CODE, CLOSE_REASON, Close, LARGE, Seen};
pub use served::Served;
#[cfg(unix)]
pub use site::{Said, Site, signal};
pub use tools::{Tool, target_dir, workspace};
pub use visit::Visit;

/// The code on the front page, which is compiled and, where it can be, run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
