//! What the integration tests share: real servers (the [`Example`] programs), other people's clients
//! ([`Script`]) and the Autobahn suite ([`autobahn`]).
//!
//! Everything here waits with a bound, and reports what it waited for when that passes.

pub mod autobahn;
mod example;
mod failure;
mod script;
mod seen;
mod tools;

pub use example::Example;
pub use failure::{Failure, Result};
pub use script::Script;
pub use seen::{CLOSE_CODE, CLOSE_REASON, Close, LARGE, Seen};
pub use tools::{Tool, target_dir, workspace};
