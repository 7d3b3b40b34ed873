//! What an application needs: `use wsrack::prelude::*;`.
//!
//! `Path`, `Query` and `Extension` are not in it, for axum has the same names: take them as
//! `wsrack::Path` and so on.
//!
//! The markers of handlers are in it, though `#[websocket_app]` does not need them to be: where that was forgotten, they
//! say so.

pub use bytes::Bytes;

pub use crate::app::{App, Incoming, Replies};
pub use crate::close::{Cause, Close, CloseCode};
pub use crate::env::Env;
pub use crate::error::{Error, SendError};
pub use crate::handshake::Rejection;
pub use crate::hub::Hub;
pub use crate::message::{IntoMessage, Json, Message, Text};
pub use crate::options::Options;
pub use crate::outbox::Socket;
pub use crate::routes;
pub use crate::routes::Routes;
pub use crate::{
    every, on_close, on_error, on_message, on_notify, on_open, on_start, on_stop, on_upgrade, websocket_app,
};
