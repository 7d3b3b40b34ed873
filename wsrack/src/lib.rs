//! WebSocket servers as a page of code.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "handlers read tokens through the environment, which comes later")
)]
mod auth;
mod close;
mod draft;
mod env;
#[cfg_attr(not(test), expect(dead_code, reason = "the server that answers handshakes comes later"))]
mod handshake;
mod limits;
mod options;
pub mod protocol;

pub use close::{Cause, Close, CloseCode};
pub use draft::{Draft, ParseDraftError};
pub use env::{Env, EnvBuilder, Scheme, Value};
pub use handshake::Rejection;
pub use limits::Limits;
pub use options::{Drafts, OptionError, Options, Origins, Rate, Settings, SlowClient};
