//! What `#[websocket_app]` implements and what users extend: the traits between an application and the
//! connection that runs it.

mod context;
mod error_param;
mod event;
mod extract;
mod message_param;
mod path;
mod reply;
mod stream;

use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;

pub(crate) use self::context::Scope;
pub use self::context::{CloseContext, Context, StartContext, UpgradeContext};
pub use self::error_param::{ErrorParam, levels as error_levels};
pub use self::event::{Event, EventParam, IntoEventReply};
pub use self::extract::{Extension, FromContext, FromEnv, OptionalFromEnv, Path, Query};
pub use self::message_param::{FromMessage, Kinds, MessageParam};
pub use self::reply::{
    Fragments, IntoError, IntoRejection, IntoReply, IntoUnit, IntoUpgrade, Replies, ReplyTo,
};
pub(crate) use self::stream::Feed;
pub use self::stream::{Delivery, Incoming};
use crate::env::Env;
use crate::error::Error;
use crate::handshake::Rejection;
use crate::options::Options;
pub use crate::outbox::Notice;

/// An application: what is mounted in [`routes!`](crate::routes!) and makes a session for each connection.
///
/// [`#[websocket_app]`](crate::websocket_app) implements it; its methods are for the framework alone, except
/// [`with`](App::with).
///
/// # Examples
///
/// A function for any application:
///
/// ```
/// use wsrack::prelude::*;
/// use wsrack::Configured;
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {}
///
/// fn debugged<A: App>(app: A) -> Configured<A> {
///     app.with(Options::new().debug(true))
/// }
///
/// let routes = wsrack::routes! { "/chat" => debugged(Chat) };
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a websocket application",
    label = "not an application",
    note = "write `#[websocket_app]` above `impl {Self} {{ … }}`"
)]
pub trait App: Sized + Send + Sync + 'static {
    /// What one connection works on: a clone of the application, or the application shared.
    #[doc(hidden)]
    type Session: Session<Self>;

    /// The session of a new connection, made before `on_upgrade`.
    #[doc(hidden)]
    fn session(this: &Arc<Self>) -> Self::Session;

    /// What `#[websocket_app(…)]` sets.
    #[doc(hidden)]
    fn options() -> Options {
        Options::new()
    }

    /// `#[on_start]`.
    #[doc(hidden)]
    fn on_start<'a>(
        &'a mut self,
        _cx: &'a StartContext,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }

    /// `#[on_stop]`.
    #[doc(hidden)]
    fn on_stop<'a>(&'a self, _cx: &'a StartContext) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }

    /// This instance with options of its own, which win over every other source, field by field.
    ///
    /// ```
    /// use wsrack::prelude::*;
    /// # struct Chat;
    /// # #[websocket_app] impl Chat {}
    /// let quiet = Chat.with(Options::new().idle_timeout(std::time::Duration::from_secs(600)));
    /// ```
    fn with(self, options: Options) -> Configured<Self> {
        Configured { app: self, options }
    }
}

/// An application and the options of this one instance, to be mounted: from [`App::with`], or [`app()`](crate::app()).
///
/// # Examples
///
/// ```
/// use wsrack::prelude::*;
/// use wsrack::{Configured, Drafts};
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {}
///
/// impl Chat {
///     fn for_the_museum() -> Configured<Self> {
///         Chat.with(Options::new().drafts(Drafts::ALL.iter()))
///     }
/// }
///
/// let routes = wsrack::routes! { "/" => Chat, "/museum" => Chat::for_the_museum() };
/// ```
#[derive(Clone, Debug)]
pub struct Configured<A> {
    pub(crate) app: A,
    pub(crate) options: Options,
}

/// An application all of whose handlers take `&self`: every connection works on the one instance.
#[doc(hidden)]
#[derive(Debug)]
pub struct Shared<A>(pub Arc<A>);

/// One connection's side of an application `A`. The parameter lets the macro implement it for
/// [`Shared<A>`](Shared) in the user's crate.
#[doc(hidden)]
pub trait Session<A>: Send + 'static {
    /// Which handlers there are.
    const HANDLERS: Handlers = Handlers::NONE;

    /// Whether the parameters of all handlers can be had from this request: asked before the 101.
    fn check(_env: &Env) -> Result<(), Rejection> {
        Ok(())
    }

    /// What `Extension<T>` finds later, or why the request is turned away.
    fn on_upgrade<'a>(
        &'a mut self,
        _cx: &'a UpgradeContext,
    ) -> impl Future<Output = Result<Extensions, Rejection>> + Send + 'a {
        ready(Ok(Extensions::new()))
    }

    fn on_open<'a>(&'a mut self, _cx: &'a Context) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }

    fn on_message<'a>(
        &'a mut self,
        _cx: &'a Context,
        _delivery: &'a Delivery,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }

    fn on_notify<'a>(
        &'a mut self,
        _cx: &'a Context,
        notice: Notice,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Err(notice.unhandled()))
    }

    /// The handler `#[every]` with this index in [`Handlers::every`].
    fn on_every<'a>(
        &'a mut self,
        _cx: &'a Context,
        _index: usize,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }

    /// `Ok(false)` where no handler takes this error.
    fn on_error<'a>(
        &'a mut self,
        _cx: &'a Context,
        _error: &'a Error,
    ) -> impl Future<Output = Result<bool, Error>> + Send + 'a {
        ready(Ok(false))
    }

    fn on_close<'a>(
        &'a mut self,
        _cx: &'a CloseContext,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        ready(Ok(()))
    }
}

/// What an application handles, known when it is compiled.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Handlers {
    /// There is an `#[on_upgrade]`, as far as the macro can tell.
    pub upgrade: bool,
    /// There is some `#[on_message]`: a kind that none takes closes with 1003.
    pub message: bool,
    /// Kinds whose handler takes [`Incoming`].
    pub streams: Kinds,
    /// The periods of the `#[every]` handlers.
    pub every: &'static [Duration],
}

impl Handlers {
    pub const NONE: Self = Self { upgrade: false, message: false, streams: Kinds::NONE, every: &[] };
}
