//! What each phase of a connection can hand to a handler. A parameter that a phase does not have is a
//! compile error: the trait [`FromContext`](super::FromContext) is simply not implemented for it.

use std::sync::Arc;

use crate::close::Close;
use crate::env::Env;
use crate::error::Error;
use crate::hub::Hub;
use crate::options::{Options, Settings};
use crate::outbox::{Outbox, Socket};
use crate::protocol::Kind;

/// What all connections of one mount share.
#[derive(Debug)]
pub(crate) struct Scope {
    /// What was said, merged: what handlers get as `&Options`.
    pub(crate) options: Options,
    /// What it means.
    pub(crate) settings: Settings,
    pub(crate) hub: Hub,
}

/// `#[on_start]` and `#[on_stop]`: no connection yet, or none any more.
#[derive(Debug)]
pub struct StartContext {
    pub(crate) scope: Arc<Scope>,
}

/// `#[on_upgrade]`: a request, not yet a connection.
#[derive(Debug)]
pub struct UpgradeContext {
    pub(crate) env: Env,
    pub(crate) scope: Arc<Scope>,
}

/// A live connection: `#[on_open]`, `#[on_message]`, `#[on_error]`, `#[on_notify]`, `#[every]`.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) env: Env,
    pub(crate) socket: Socket,
    /// What the socket is a handle to, for replies: no more than a handler keeps it.
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) scope: Arc<Scope>,
}

/// `#[on_close]`: nothing can be sent any more.
#[derive(Debug)]
pub struct CloseContext {
    pub(crate) live: Context,
    pub(crate) close: Close,
}

impl Context {
    /// What a message ends in that no handler takes.
    #[doc(hidden)]
    pub fn unhandled(&self, kind: Kind) -> Error {
        Error::unhandled(kind)
    }
}

/// A phase that has a request.
#[doc(hidden)]
pub trait HasEnv {
    fn env(&self) -> &Env;
}

/// A phase that has a connection, be it a closed one.
#[doc(hidden)]
pub trait HasSocket {
    fn socket(&self) -> &Socket;
}

/// Every phase: the mount's options and the server's topics.
#[doc(hidden)]
pub trait HasScope {
    fn options(&self) -> &Options;
    fn hub(&self) -> &Hub;
}

macro_rules! phase {
    ($phase:ty $(, env: $($env:ident).+)? $(, socket: $($socket:ident).+)?, scope: $($scope:ident).+) => {
        $(impl HasEnv for $phase {
            fn env(&self) -> &Env {
                &self.$($env).+
            }
        })?
        $(impl HasSocket for $phase {
            fn socket(&self) -> &Socket {
                &self.$($socket).+
            }
        })?
        impl HasScope for $phase {
            fn options(&self) -> &Options {
                &self.$($scope).+.options
            }

            fn hub(&self) -> &Hub {
                &self.$($scope).+.hub
            }
        }
    };
}

phase!(StartContext, scope: scope);
phase!(UpgradeContext, env: env, scope: scope);
phase!(Context, env: env, socket: socket, scope: scope);
phase!(CloseContext, env: live.env, socket: live.socket, scope: live.scope);
