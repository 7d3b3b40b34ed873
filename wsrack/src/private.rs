//! What the code that the macros generate calls: plain functions and names, no promise to anybody else.

pub use std::future::Future;
pub use std::sync::Arc;
pub use std::time::Duration;

pub use http::Extensions;

pub use crate::app::{
    App, CloseContext, Configured, Context, Delivery, Event, EventParam, FromContext, Handlers, IntoEventReply,
    IntoReply, IntoUnit, IntoUpgrade, Kinds, MessageParam, Notice, ReplyTo, Session, Shared, StartContext,
    UpgradeContext,
};
pub use crate::close::Close;
pub use crate::env::Env;
pub use crate::error::Error;
pub use crate::options::Options;
pub use crate::handshake::Rejection;

/// The kinds that a handler with this last parameter takes.
pub const fn kinds<'a, T: MessageParam<'a, Via>, Via>() -> Kinds {
    T::KINDS
}

/// The kinds that it takes as they arrive.
pub const fn streams<'a, T: MessageParam<'a, Via>, Via>() -> Kinds {
    if T::STREAMS { T::KINDS } else { Kinds::NONE }
}

/// Runs a `#[on_message(blocking)]` handler on the blocking pool.
///
/// # Errors
///
/// The handler's panic, if it panics.
pub async fn blocking<R: Send + 'static>(handler: impl FnOnce() -> R + Send + 'static) -> Result<R, Error> {
    tokio::task::spawn_blocking(handler).await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => Error::panic(&*panic),
        Err(cancelled) => cancelled.into(),
    })
}
