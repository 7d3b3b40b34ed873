//! Handler parameters that come from the request and the connection.

use std::any::type_name;
use std::net::SocketAddr;
use std::ops::Deref;

use serde::de::DeserializeOwned;

use super::context::{CloseContext, HasEnv, HasScope, HasSocket};
use super::path;
use crate::close::Close;
use crate::env::Env;
use crate::handshake::Rejection;
use crate::hub::Hub;
use crate::log::log;
use crate::options::Options;
use crate::outbox::Socket;

/// A handler parameter that is made from the request alone: implement it for parameters of your own.
///
/// It is asked once before the 101, so that a request without it is answered with the [`Rejection`], and
/// again for each call of the handler. It must not block and should be cheap.
///
/// ```
/// use wsrack::FromEnv;
/// use wsrack::prelude::*;
///
/// struct Tenant(String);
///
/// impl<'a> FromEnv<'a> for Tenant {
///     fn from_env(env: &'a Env) -> Result<Self, Rejection> {
///         env.header("x-tenant")
///             .map(|name| Tenant(name.to_owned()))
///             .ok_or_else(|| Rejection::http(400).body("the header X-Tenant is missing"))
///     }
/// }
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {
///     #[on_open]
///     fn open(&self, tenant: Tenant) -> String {
///         format!("hello, {}", tenant.0)
///     }
/// }
/// ```
pub trait FromEnv<'a>: Sized {
    /// Makes the parameter, or tells how the request is refused.
    ///
    /// # Errors
    ///
    /// The answer to a request that lacks what this needs.
    fn from_env(env: &'a Env) -> Result<Self, Rejection>;
}

/// A [`FromEnv`] parameter that may be absent: `Option<T>` is `None` then. What is there but malformed is
/// still refused.
///
/// ```
/// use wsrack::OptionalFromEnv;
/// use wsrack::prelude::*;
///
/// struct Version(u32);
///
/// impl<'a> OptionalFromEnv<'a> for Version {
///     fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
///         let version = env.header("x-version").map(str::parse).transpose();
///         version.map(|version| version.map(Version)).map_err(|_| Rejection::http(400).body("X-Version is a number"))
///     }
/// }
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {
///     #[on_open]
///     fn open(&self, version: Option<Version>) -> String {
///         format!("you speak version {}", version.map_or(1, |Version(number)| number))
///     }
/// }
/// ```
pub trait OptionalFromEnv<'a>: Sized {
    /// Makes the parameter if the request has it.
    ///
    /// # Errors
    ///
    /// The answer to a request in which it is malformed.
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection>;
}

/// A parameter of a handler that runs in the phase `Cx`.
///
/// For parameters of your own implement [`FromEnv`], which has an example; it covers every phase that has a request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of this handler",
    label = "not a parameter of a handler in the phase `{Cx}`",
    note = "in every handler: `&Options`, `&Hub`; from `#[on_upgrade]` to `#[on_close]` also `&Env`, `Path<T>`, `Query<T>`, `Extension<T>`, `SocketAddr`, an `Option` of these, and types that implement `FromEnv`; from `#[on_open]` on also `&Socket` and `Socket`; in `#[on_close]` also `Close`",
    note = "the `T` of `Path` and `Query` derives `Deserialize` and borrows nothing; that of `Extension` is `Clone + Send + Sync`",
    note = "the message is the last parameter of `#[on_message]`, the value the last one of `#[on_notify]`, the error the last one of `#[on_error]`"
)]
pub trait FromContext<'a, Cx>: Sized {
    /// Makes the parameter.
    #[doc(hidden)]
    fn from_context(cx: &'a Cx) -> Result<Self, Rejection>;

    /// Whether the request has it.
    #[doc(hidden)]
    fn check(_env: &'a Env) -> Result<(), Rejection> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<'a, Cx: HasEnv, T: FromEnv<'a>> FromContext<'a, Cx> for T {
    fn from_context(cx: &'a Cx) -> Result<Self, Rejection> {
        T::from_env(cx.env())
    }

    fn check(env: &'a Env) -> Result<(), Rejection> {
        T::from_env(env).map(drop)
    }
}

macro_rules! from_context {
    ($(impl[$($bound:tt)*] $type:ty, in $phase:ty, as |$cx:ident| $make:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'a, $($bound)*> FromContext<'a, $phase> for $type {
            fn from_context($cx: &'a $phase) -> Result<Self, Rejection> {
                Ok($make)
            }
        }
    )*};
}

from_context! {
    impl[Cx: HasScope] &'a Options, in Cx, as |cx| cx.options();
    impl[Cx: HasScope] &'a Hub, in Cx, as |cx| cx.hub();
    impl[Cx: HasScope] Hub, in Cx, as |cx| cx.hub().clone();
    impl[Cx: HasSocket] &'a Socket, in Cx, as |cx| cx.socket();
    impl[Cx: HasSocket] Socket, in Cx, as |cx| cx.socket().clone();
    impl[] Close, in CloseContext, as |cx| cx.close.clone();
    impl[] &'a Close, in CloseContext, as |cx| &cx.close;
}

impl<'a> FromEnv<'a> for &'a Env {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        Ok(env)
    }
}

/// The route's parameters: `"/rooms/{room}"` with `Path<String>`, several with a tuple or a struct.
///
/// Values are percent-decoded. A value that is no `T` is refused with 400.
///
/// ```
/// use wsrack::Path;
/// use wsrack::prelude::*;
///
/// struct Seats;
///
/// #[websocket_app]
/// impl Seats {
///     #[on_open]
///     fn open(&self, Path((room, seat)): Path<(String, u8)>) -> String {
///         format!("seat {seat} in {room}")
///     }
/// }
///
/// let routes = wsrack::routes! { "/rooms/{room}/{seat}" => Seats };
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Path<T>(pub T);

/// The query string as a struct or a map. One that is no `T` is refused with 400.
///
/// ```
/// use serde::Deserialize;
/// use wsrack::Query;
/// use wsrack::prelude::*;
///
/// #[derive(Deserialize)]
/// struct Since {
///     since: u64,
/// }
///
/// struct Feed;
///
/// #[websocket_app]
/// impl Feed {
///     #[on_open]
///     fn open(&self, query: Option<Query<Since>>) -> String {
///         match query {
///             Some(Query(Since { since })) => format!("what came after {since}"),
///             None => "all there is".to_owned(),
///         }
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

/// What a layer left in the request's extensions, or the `Ok(T)` of `#[on_upgrade]`, cloned for each call.
///
/// A request without it is refused with 500, for that is a mistake of the server's.
///
/// ```
/// use wsrack::Extension;
/// use wsrack::prelude::*;
///
/// #[derive(Clone)]
/// struct User { name: String }
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {
///     #[on_upgrade]
///     fn authorize(&self, env: &Env) -> Result<User, Rejection> {
///         let name = env.cookie("user").ok_or_else(|| Rejection::http(401))?;
///         Ok(User { name: name.to_owned() })
///     }
///
///     #[on_message]
///     fn say(&self, Extension(user): Extension<User>, text: &str) -> String {
///         format!("{}: {text}", user.name)
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extension<T>(pub T);

macro_rules! transparent {
    ($($type:ident),*) => {$(
        impl<T> Deref for $type<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }
    )*};
}

transparent!(Path, Query, Extension);

impl<'a, T: DeserializeOwned> FromEnv<'a> for Path<T> {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        path::from_params(env.params()).map(Path).map_err(|error| bad_request("path", &error))
    }
}

impl<'a, T: DeserializeOwned> OptionalFromEnv<'a> for Path<T> {
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
        if env.params().next().is_none() { Ok(None) } else { Self::from_env(env).map(Some) }
    }
}

impl<'a, T: DeserializeOwned> FromEnv<'a> for Query<T> {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        serde_urlencoded::from_str(env.query()).map(Query).map_err(|error| bad_request("query", &error))
    }
}

impl<'a, T: DeserializeOwned> OptionalFromEnv<'a> for Query<T> {
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
        if env.query().is_empty() { Ok(None) } else { Self::from_env(env).map(Some) }
    }
}

impl<'a, T: Clone + Send + Sync + 'static> FromEnv<'a> for Extension<T> {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        Self::optional_from_env(env)?.ok_or_else(|| {
            log!(
                error,
                "a handler asks for an `Extension<{}>` that no layer and no `#[on_upgrade]` has left",
                type_name::<T>()
            );
            Rejection::http(500)
        })
    }
}

impl<'a, T: Clone + Send + Sync + 'static> OptionalFromEnv<'a> for Extension<T> {
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
        Ok(env.extensions().get::<T>().cloned().map(Extension))
    }
}

impl<'a> FromEnv<'a> for SocketAddr {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        env.remote_addr().ok_or_else(|| {
            log!(error, "a handler asks for a `SocketAddr`; a unix socket has none: ask for an `Option`");
            Rejection::http(500)
        })
    }
}

impl<'a> OptionalFromEnv<'a> for SocketAddr {
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
        Ok(env.remote_addr())
    }
}

impl<'a, T: OptionalFromEnv<'a>> FromEnv<'a> for Option<T> {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        T::optional_from_env(env)
    }
}

fn bad_request(part: &str, error: &dyn std::fmt::Display) -> Rejection {
    Rejection::http(400).body(format!("the request's {part} is not what is asked for: {error}\n"))
}
