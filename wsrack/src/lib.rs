//! WebSocket servers as a page of code.
#![warn(clippy::expect_used, clippy::unwrap_used)]

// So that the macros' paths mean this crate in its own tests as well.
extern crate self as wsrack;

mod app;
mod auth;
mod body;
mod close;
mod connection;
mod draft;
mod env;
mod error;
mod handshake;
mod hub;
mod limits;
mod message;
mod mount_point;
mod options;
mod outbox;
pub mod prelude;
pub mod protocol;
mod routes;
mod server;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use app::{
    App, Configured, Extension, Fragments, FromContext, FromEnv, FromMessage, Incoming, IntoReply, Kinds,
    OptionalFromEnv, Path, Query, Replies,
};
pub use body::Body;
pub use close::{Cause, Close, CloseCode};
pub use draft::{Draft, ParseDraftError};
pub use env::{Env, EnvBuilder, Scheme, Value};
pub use error::{Error, Result, SendError};
pub use handshake::Rejection;
pub use hub::Hub;
pub use limits::{Limits, Streams};
pub use message::{IntoMessage, Json, Message, Text};
pub use mount_point::MountPoint;
pub use options::{Compression, Drafts, OptionError, Options, Origins, Rate, Settings, SlowClient};
pub use outbox::Socket;
pub use routes::{
    HttpService, IntoHttp, LazyService, Mount, RouteError, Routes, RoutesLayer, RoutesService, Running, app,
    http, routes,
};
pub use server::{Server, ServerBuilder, ServerHandle};
pub use wsrack_macros::{
    every, on_close, on_error, on_message, on_notify, on_open, on_start, on_stop, on_upgrade, websocket_app,
};
