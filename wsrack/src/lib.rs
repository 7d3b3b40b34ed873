#![doc = include_str!("docs/start.md")]
#![doc = include_str!("docs/handlers.md")]
#![doc = include_str!("docs/messages.md")]
#![doc = include_str!("docs/sockets.md")]
#![doc = include_str!("docs/serving.md")]
#![doc = include_str!("docs/observing.md")]
#![doc = include_str!("docs/proxies.md")]
#![cfg_attr(all(feature = "http2", feature = "self-signed"), doc = include_str!("docs/secure.md"))]
#![cfg_attr(feature = "cli", doc = include_str!("docs/command_line.md"))]
#![warn(clippy::expect_used, clippy::unwrap_used)]

// So that the macros' paths mean this crate in its own tests as well.
extern crate self as wsrack;

mod app;
mod auth;
mod body;
#[cfg(feature = "cli")]
mod cli;
mod close;
mod connection;
#[cfg(any(feature = "stats", feature = "metrics"))]
mod console;
mod draft;
mod env;
mod error;
mod flood;
mod handshake;
mod hub;
mod limits;
mod log;
mod message;
mod mount_point;
mod options;
mod outbox;
mod pool;
pub mod prelude;
pub mod protocol;
mod routes;
mod server;
mod stats;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;

#[cfg(fuzzing)]
#[doc(hidden)]
#[path = "fuzz.rs"]
pub mod __fuzz;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use app::{
    App, Configured, Extension, Fragments, FromContext, FromEnv, FromMessage, Incoming, IntoReply, Kinds,
    OptionalFromEnv, Path, Query, Replies,
};
pub use body::Body;
#[cfg(feature = "cli")]
pub use cli::CommandLine;
pub use close::{Cause, Close, CloseCode};
#[cfg(feature = "stats")]
pub use console::StatsPage;
#[cfg(feature = "metrics")]
pub use console::StatsRecorder;
pub use draft::{Draft, ParseDraftError};
pub use env::{Env, EnvBuilder, Peer, Scheme, Value};
pub use error::{Error, Result, SendError};
pub use handshake::Rejection;
pub use hub::Hub;
pub use limits::{Limits, Streams};
pub use message::{IntoMessage, Json, Message, Text};
pub use mount_point::MountPoint;
pub use options::{
    Compression, Drafts, OptionError, Options, Origins, Rate, Settings, SlowClient, TrustedProxies,
};
pub use outbox::Socket;
pub use routes::{
    HttpService, IntoHttp, LazyService, Mount, RouteError, Routes, RoutesLayer, RoutesService, Running, app,
    http,
};
#[cfg(feature = "http2")]
pub use server::Http2;
#[cfg(feature = "tls")]
pub use server::Tls;
pub use server::{AccessLog, Bound, Drain, Listen, ParseListenError, Server, ServerBuilder, ServerHandle};
pub use stats::{Closed, Errors, Figures, HandlerTimes, Refused, RouteStats, Stats, TurnedAway};
#[doc = include_str!("docs/markers/every.md")]
pub use wsrack_macros::every;
#[doc = include_str!("docs/markers/on_close.md")]
pub use wsrack_macros::on_close;
#[doc = include_str!("docs/markers/on_error.md")]
pub use wsrack_macros::on_error;
#[doc = include_str!("docs/markers/on_message.md")]
pub use wsrack_macros::on_message;
#[doc = include_str!("docs/markers/on_notify.md")]
pub use wsrack_macros::on_notify;
#[doc = include_str!("docs/markers/on_open.md")]
pub use wsrack_macros::on_open;
#[doc = include_str!("docs/markers/on_start.md")]
pub use wsrack_macros::on_start;
#[doc = include_str!("docs/markers/on_stop.md")]
pub use wsrack_macros::on_stop;
#[doc = include_str!("docs/markers/on_upgrade.md")]
pub use wsrack_macros::on_upgrade;
#[doc = include_str!("docs/websocket_app.md")]
pub use wsrack_macros::websocket_app;

// It says where this crate is, for its users may know it by another name.
#[doc = include_str!("routes/routes.md")]
#[macro_export]
macro_rules! routes {
    ($($routes:tt)*) => { $crate::__private::routes! { [$crate] $($routes)* } };
}
