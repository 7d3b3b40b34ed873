//! Tests without sockets: applications served in memory, clients for them, and lines that fail when told.
//!
//! There is this module with the feature `testing`, meant for `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! wsrack = { version = "0.1", features = ["testing"] }
//! tokio = { version = "1", features = ["macros", "rt", "test-util"] }
//! ```
//!
//! | to test | there is |
//! | --- | --- |
//! | an application as its clients see it | [`Routes::test`](crate::Routes::test), [`TestServer::connect`] |
//! | an answer in plain HTTP | [`TestServer::get`], [`TestServer::request`] |
//! | the bytes on the wire | [`TestServer::raw`], [`Connect::raw`], [`RawClient`] |
//! | bad lines: slow, stuck, cut, byte by byte | [`Faults`], [`Line`] |
//! | one handler, as the method that it is | [`Socket::test`](crate::Socket::test), [`Env::builder`](crate::Env::builder) |
//!
//! # Examples
//!
//! ```
//! use wsrack::prelude::*;
//!
//! struct Echo;
//!
//! #[websocket_app]
//! impl Echo {
//!     #[on_message]
//!     fn say(&self, text: &str) -> String {
//!         text.to_uppercase()
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)] // in a test: #[tokio::test(start_paused = true)]
//! async fn main() -> wsrack::Result {
//!     let server = wsrack::routes! { "/echo" => Echo }.test().await?;
//!
//!     let mut client = server.connect("/echo").await?;
//!     client.send("hello").await?;
//!     assert_eq!(client.next_text().await?, "HELLO");
//!     assert_eq!(client.close(1000, "thanks").await?, (CloseCode::NORMAL, "thanks".to_owned()));
//!
//!     assert_eq!(server.get("/nowhere").await?.status(), 404);
//!     server.shutdown().await
//! }
//! ```
//!
//! # Time
//!
//! Nothing here needs time to pass: a test runs the same under tokio's paused clock, where a minute of
//! silence is over at once. Every wait is bounded (30 seconds unless `patience` says otherwise) and ends in an
//! error that says so, never in a test that hangs.
//!
//! # Limits
//!
//! The server's side is the real one, from the request's head to the close frame; what differs is the stream
//! below. It has no kernel buffers beyond [`Connect::buffer`], no TLS, and a reset is noticed by the next read or
//! write, not in between.

mod answer;
mod client;
mod connect;
mod error;
mod exchange;
mod faults;
mod line;
mod random;
mod raw;
mod sent;
mod server;

pub use self::answer::Answer;
pub use self::client::{Received, TestClient};
pub use self::connect::Connect;
pub use self::error::TestError;
pub use self::faults::{Faults, FaultyStream};
pub use self::line::Line;
pub use self::raw::RawClient;
pub use self::sent::Sent;
pub use self::server::TestServer;
