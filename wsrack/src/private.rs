//! What the code that the macros generate calls: plain functions and names, no promise to anybody else.

use std::future::Future;
// The prelude's names, for a user may have others of the same name.
pub use std::prelude::rust_2024::{Box, Clone, Err, None, Ok, Option, Result, Send, Some, Sync};
pub use std::sync::Arc;
pub use std::time::Duration;

pub use http::Extensions;
pub use wsrack_macros::routes;

pub use crate::app::{
    App, CloseContext, Configured, Context, Delivery, ErrorParam, Event, EventParam,
    FromContext as Parameter, Handlers, IntoError, IntoEventReply, IntoRejection, IntoReply, IntoUnit,
    IntoUpgrade, Kinds, MessageParam, Notice, ReplyTo, Session, Shared, StartContext, UpgradeContext,
    error_levels,
};
pub use crate::close::Close;
pub use crate::draft::Draft;
pub use crate::env::Env;
pub use crate::error::Error;
pub use crate::handshake::Rejection;
pub use crate::options::{Compression, Options, Origins, Rate, SlowClient, TrustedProxies};
pub use crate::routes::private::{Key, Routes, Segment, layer, mount};

/// Sends what a handler returned.
pub fn reply<'a, R: IntoReply>(
    reply: R,
    cx: &'a Context,
    delivery: Option<&'a Delivery>,
) -> impl Future<Output = Result<(), Error>> + Send {
    reply.reply(ReplyTo::new(cx, delivery))
}

/// Its name is the message where an application is not `Send`.
pub const fn an_application_must_be_send<A: Send>() {}

/// Its name is the message where an application is not `Sync`.
pub const fn an_application_must_be_sync<A: Sync>() {}

/// Its name is the message where an application borrows.
pub const fn an_application_must_be_static<A: 'static>() {}

/// An application of which each connection can have its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes `&mut self`, so each connection works on a clone of its own, and `{Self}` is not `Clone`",
    label = "`&mut self` asks for a clone",
    note = "derive `Clone` for `{Self}`, with what all connections share behind an `Arc`; or take `&self` in every handler, and all connections share one `{Self}`"
)]
pub trait PerConnection: Sized {
    /// The clone that one connection works on.
    fn clone_of(this: &Arc<Self>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<A: App + Clone> PerConnection for A {
    fn clone_of(this: &Arc<Self>) -> Self {
        Self::clone(this)
    }
}

/// Its name is the message where a generic application is not `Clone`.
pub fn each_connection_works_on_a_clone<A: Clone>() -> fn(&Arc<A>) -> A {
    |this| A::clone(this)
}

/// Its name is the message where a handler's future is not `Send`; the name of the return type keeps the compiler
/// from saying so again of the connection's future.
pub fn handler_future_must_be_send<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

/// The origins of `#[websocket_app(origins = …)]`, which the macro has checked.
pub fn origins(patterns: &[&str]) -> Origins {
    Origins::list(patterns).unwrap_or_default()
}

/// The proxies of `#[websocket_app(trusted_proxies = …)]`, which the macro has checked.
pub fn trusted_proxies(entries: &[&str]) -> TrustedProxies {
    TrustedProxies::list(entries).unwrap_or_default()
}

/// Runs a `#[on_message(blocking)]` handler on the blocking pool, with all that its parameters are made of.
///
/// # Errors
///
/// That of a parameter, or the handler's panic.
pub async fn blocking<A: Send + 'static, R: Send + 'static>(
    app: A,
    cx: &Context,
    delivery: &Delivery,
    handler: impl FnOnce(&A, &Context, &Delivery) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    let (cx, delivery) = (cx.clone(), delivery.hand_over());
    let handled = tokio::task::spawn_blocking(move || handler(&app, &cx, &delivery)).await;
    handled.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => Err(Error::panic(&*panic)),
        Err(cancelled) => Err(cancelled.into()),
    })
}

/// The same for a handler of an event, which is parsed again where it is handled.
///
/// # Errors
///
/// That of a parameter, or the handler's panic.
pub async fn blocking_event<A: Send + 'static, R: Send + 'static>(
    app: A,
    cx: &Context,
    delivery: &Delivery,
    handler: impl FnOnce(&A, &Context, &Event<'_>) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    let handler = |app: &A, cx: &Context, delivery: &Delivery| match Event::parse(delivery) {
        Some(event) => handler(app, cx, &event),
        None => Err(cx.unhandled(delivery.kind())),
    };
    blocking(app, cx, delivery, handler).await
}
