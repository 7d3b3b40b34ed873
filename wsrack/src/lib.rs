//! WebSocket servers as a page of code.

mod draft;
mod env;

pub use draft::{Draft, ParseDraftError};
pub use env::{Env, EnvBuilder, Scheme, Value};
