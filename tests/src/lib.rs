//! What the integration tests share: real servers (the [`Example`] programs), other people's clients
//! ([`Client`], [`Script`]) and the Autobahn suite ([`autobahn`]).
//!
//! Everything here waits with a bound, and reports what it waited for when that passes.

pub mod autobahn;
mod client;
mod example;
mod failure;
mod http;
mod script;
mod seen;
mod tools;

pub use client::Client;
pub use example::Example;
pub use failure::{Failure, Result};
pub use http::get;
pub use script::Script;
pub use seen::{CLOSE_CODE, CLOSE_REASON, Close, LARGE, Seen};
pub use tools::{Tool, target_dir, workspace};

/// The code on the front page, which is compiled and, where it can be, run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
