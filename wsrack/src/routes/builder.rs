//! `Routes`: the blocks as they are written, before anything has started.

use std::fmt;

use super::key::{Key, RouteError};
use super::layer::{RoutesLayer, Wrap};
use super::lazy::LazyService;
use super::mount::{Mount, Node};
use super::running::Running;
use super::start::start;
use crate::error::Error;
use crate::hub::Hub;

/// What is served where: Ruby's `config.ru`. [`routes!`](crate::routes!) writes it, or these methods do.
///
/// Requests are matched by the rules of `Rack::URLMap`:
///
/// - A key is a path, or a host with a path: `/chat`, `http://chat.example.com/`. One `/` at its end says
///   nothing.
/// - A mount takes its path and all that is below it: `/chat` takes `/chat` and `/chat/7`, not `/chats`.
///   Case counts, nothing is decoded, each `/` of the key takes several in the request.
/// - `{name}` takes exactly one segment, which is not empty; a literal segment goes before it.
/// - Keys with a host go first; then the longest. The order in which they are written does not matter.
/// - A host is compared without case, with the port where the key names one. A host that has mounts of its
///   own does not see those without a host, unless it is the server's own address.
/// - A request that no mount takes is answered with 404 and `X-Cascade: pass`. A 404 of the mount that takes
///   it is its answer: no other mount is tried.
///
/// Routes mount in routes; then the outer ones take their part of the path first.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use wsrack::{Body, Routes, http};
///
/// async fn hello(_: Request<Body>) -> Response<String> {
///     Response::new("hello".into())
/// }
///
/// let admin = Routes::new().map("/stats", http(hello))?;
/// let routes = Routes::new().map("/", http(hello))?.map("/admin", admin)?.host("chat.example.com", http(hello))?;
/// # Ok::<(), wsrack::RouteError>(())
/// ```
#[must_use = "routes do nothing until they are served or started"]
pub struct Routes {
    pub(super) layers: Vec<Wrap>,
    pub(super) mounts: Vec<(Key, Node)>,
    hub: Hub,
    /// Applications count what they do.
    pub(super) counted: bool,
}

impl Routes {
    /// No layer and no mount.
    pub fn new() -> Self {
        Self { layers: Vec::new(), mounts: Vec::new(), hub: Hub::default(), counted: false }
    }

    /// Puts a tower layer around all mounts of these routes: Rack's `use`. The first is the outermost.
    ///
    /// It holds for every mount, also for those that were mounted before, and for requests that no mount
    /// takes. It may change the request's and the response's body. An error of the layer is logged and
    /// answered with 500.
    ///
    /// [`RoutesLayer`] has an example.
    pub fn layer<B>(mut self, layer: impl RoutesLayer<B>) -> Self {
        self.layers.push(layer.into_wrap());
        self
    }

    /// Mounts a websocket application, a tower HTTP service or further routes at a key: `/path` or
    /// `http://host/path`.
    ///
    /// An HTTP service sees the rest of the path, behind the mount, as its path (`/` where nothing is left),
    /// and a [`MountPoint`](crate::MountPoint) in the request's extensions. A websocket application has both
    /// parts in its [`Env`](crate::Env).
    ///
    /// # Errors
    ///
    /// If nothing can be mounted at this key, or something is mounted that takes the same requests.
    pub fn map<Kind>(self, key: &str, what: impl Mount<Kind>) -> Result<Self, RouteError> {
        Key::parse(key).and_then(|key| self.mount(key, what))
    }

    /// Mounts for all requests to a host: `chat.example.com` or `chat.example.com:8080`. It is
    /// [`map`](Self::map) with the key `http://host/`.
    ///
    /// # Errors
    ///
    /// If this is not a host, or it has such a mount already.
    pub fn host<Kind>(self, host: &str, what: impl Mount<Kind>) -> Result<Self, RouteError> {
        Key::of_host(host).and_then(|key| self.mount(key, what))
    }

    fn mount<Kind>(self, key: Key, what: impl Mount<Kind>) -> Result<Self, RouteError> {
        if let Some((first, _)) = self.mounts.iter().find(|(first, _)| first.is_same(&key)) {
            return Err(key.duplicate_of(first));
        }
        Ok(self.mount_checked(key, what))
    }

    /// Mounts at a key that `routes!` has checked.
    pub(crate) fn mount_checked<Kind>(mut self, key: Key, what: impl Mount<Kind>) -> Self {
        let node = what.into_node();
        self.counted |= node.is_counted();
        self.mounts.push((key, node));
        self
    }

    /// Has the applications count what they do: connections, messages, bytes, errors and the time that handlers take, for
    /// each mount. [`ServerHandle::stats`](crate::ServerHandle::stats) and [`Running::stats`] say it.
    ///
    /// That costs some twenty nanoseconds a message; without it, nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> wsrack::Result {
    /// let running = wsrack::Routes::new().counted().start().await?;
    /// assert!(running.stats().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn counted(mut self) -> Self {
        self.counted = true;
        self
    }

    /// Takes the topics of another hub instead of its own: of one that was there before the routes.
    ///
    /// Several servers may have the same one: who publishes on one reaches the subscribers of all.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::prelude::*;
    /// use wsrack::Hub;
    ///
    /// struct Room { hub: Hub }
    ///
    /// #[websocket_app]
    /// impl Room {}
    ///
    /// let hub = Hub::default();
    /// let room = Room { hub: hub.clone() };
    /// let routes = wsrack::routes! { "/room" => room }.with_hub(hub);
    /// ```
    pub fn with_hub(mut self, hub: Hub) -> Self {
        self.hub = hub;
        self
    }

    /// The topics of all applications in these routes, to publish from anywhere.
    ///
    /// Routes that mount in others have the hub of the outermost.
    pub fn hub(&self) -> Hub {
        self.hub.clone()
    }

    /// Runs `#[on_start]` of all applications, in the order of the mounts, and gives what serves requests.
    ///
    /// # Errors
    ///
    /// The first error or panic of an `#[on_start]`, or options that contradict each other. The applications
    /// that had started are stopped first, the last one first.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the applications that have started are dropped without `#[on_stop]`.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn run() -> wsrack::Result {
    /// let running = wsrack::Routes::new().start().await?;
    /// let axum = axum::Router::<()>::new().fallback_service(running.service());
    /// // … serve it …
    /// running.shutdown().await
    /// # }
    /// ```
    pub async fn start(self) -> Result<Running, Error> {
        start(self).await
    }

    /// A service that starts the applications on its first request, where an `await` before does not fit.
    ///
    /// The start is not cut short where that request is cancelled; further ones wait for it. If it fails,
    /// the error is logged and all requests are answered with 500. `#[on_stop]` never runs: for that there
    /// is [`start`](Self::start).
    ///
    /// # Panics
    ///
    /// The service, at its first request outside of a tokio runtime.
    ///
    /// # Examples
    ///
    /// See [`LazyService`].
    pub fn into_service(self) -> LazyService {
        LazyService::new(self)
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.mounts.iter().map(|(key, _)| key.to_string());
        f.debug_struct("Routes")
            .field("layers", &self.layers.len())
            .field("mounts", &keys.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
