//! What can be mounted, and how each kind is told apart.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, service_fn};

use super::builder::Routes;
use super::service::RoutesService;
use super::start::Prototype;
use super::websocket::Unstarted;
use crate::app::{App, Configured};
use crate::body::{Body, BoxError};
use crate::connection::Registry;
use crate::options::Options;

/// What can stand behind the `=>` of [`routes!`](crate::routes!).
///
/// - a type with [`#[websocket_app]`](crate::websocket_app), with options of its own or without;
/// - an HTTP service: any `Service<Request<Body>, Response = Response<_>>` of tower that is
///   `Clone + Send + Sync`, such as an axum `Router` or the `ServeDir` of tower-http;
/// - further [`Routes`].
///
/// `Kind` is inferred. A value that is several of these is named with [`app()`] or [`http()`], and so is a bare
/// closure.
///
/// # Examples
///
/// A function that mounts whatever it is given leaves `Kind` open:
///
/// ```
/// use wsrack::prelude::*;
/// use wsrack::{Mount, RouteError};
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {}
///
/// /// Below the version of the interface.
/// fn versioned<Kind>(what: impl Mount<Kind>) -> Result<Routes, RouteError> {
///     Routes::new().map("/v1", what)
/// }
///
/// let app = versioned(Chat)?;
/// let configured = versioned(Chat.with(Options::new().debug(true)))?;
/// let service = versioned(axum::Router::new())?;
/// let nested = versioned(versioned(Chat)?)?;
/// # Ok::<(), RouteError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be mounted: mount a type with #[websocket_app], or a tower service",
    label = "cannot be mounted",
    note = "a tower service is a `Service<Request<wsrack::Body>, Response = Response<B>> + Clone + Send + Sync` \
            whose `B` is an `http_body::Body`, such as `wsrack::Body` or `String`; an axum `Router` is one as \
            soon as it has its state, `.with_state(…)`",
    note = "of a `Result` mount what is inside of it: write `?` behind it; of an `Option`, an `Arc` or a reference as well",
    note = "if the type has its `#[websocket_app]`, its `impl` block has a bound that does not hold here: with `wsrack::app(…)` around the value the compiler names it",
    note = "a function from `Request<wsrack::Body>` to such a response mounts as `wsrack::http(function)`"
)]
pub trait Mount<Kind>: Sized {
    #[doc(hidden)]
    fn into_node(self) -> Node;
}

/// Something mounted, before the start.
#[doc(hidden)]
pub struct Node(pub(super) Mounted);

pub(super) enum Mounted {
    App(Box<dyn Prototype>),
    Http(RoutesService),
    Nested(Routes),
    /// Looks at what the others do, and is not counted itself.
    #[cfg_attr(not(feature = "stats"), expect(dead_code, reason = "what looks is the page of statistics"))]
    Observer(Observer),
}

impl Node {
    /// Whether somebody asks here what is counted.
    pub(super) fn is_counted(&self) -> bool {
        match &self.0 {
            Mounted::App(_) | Mounted::Http(_) => false,
            Mounted::Nested(routes) => routes.counted,
            Mounted::Observer(observer) => observer.counts,
        }
    }
}

#[cfg(feature = "stats")]
impl Node {
    /// Routes that are made of what there is to look at, and whether that is where they are mounted.
    pub(crate) fn observer(counts: bool, routes: impl FnOnce(Registry) -> Routes + Send + 'static) -> Self {
        Self(Mounted::Observer(Observer { counts, routes: Box::new(routes) }))
    }
}

/// Routes that are made of what there is to look at.
pub(super) struct Observer {
    /// It looks at the routes that it is mounted in: they are to count.
    counts: bool,
    pub(super) routes: Box<dyn FnOnce(Registry) -> Routes + Send>,
}

/// The markers that tell the implementations apart.
mod kind {
    #[derive(Debug)]
    pub struct WebsocketApp;
    #[derive(Debug)]
    pub struct ConfiguredApp;
    #[derive(Debug)]
    pub struct Http;
    #[derive(Debug)]
    pub struct HttpFunction;
    #[derive(Debug)]
    pub struct FallibleHttpFunction;
    #[derive(Debug)]
    pub struct Named;
    #[derive(Debug)]
    pub struct Nested;
}

#[diagnostic::do_not_recommend]
impl<A: App> Mount<kind::WebsocketApp> for A {
    fn into_node(self) -> Node {
        app(self).into_node()
    }
}

#[diagnostic::do_not_recommend]
impl<A: App> Mount<kind::ConfiguredApp> for Configured<A> {
    fn into_node(self) -> Node {
        Node(Mounted::App(Box::new(Unstarted::new(self))))
    }
}

#[diagnostic::do_not_recommend]
impl<S, B> Mount<kind::Http> for S
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_node(self) -> Node {
        http(self).into_node()
    }
}

#[diagnostic::do_not_recommend]
impl Mount<kind::Named> for HttpService {
    fn into_node(self) -> Node {
        Node(Mounted::Http(self.0))
    }
}

#[diagnostic::do_not_recommend]
impl Mount<kind::Nested> for Routes {
    fn into_node(self) -> Node {
        Node(Mounted::Nested(self))
    }
}

/// Says that a value is mounted as a websocket application, where it is an HTTP service as well.
///
/// ```
/// use wsrack::{Routes, app, websocket_app};
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {}
///
/// let routes = Routes::new().map("/chat", app(Chat))?;
/// # Ok::<(), wsrack::RouteError>(())
/// ```
pub fn app<A: App>(app: A) -> Configured<A> {
    app.with(Options::new())
}

/// Says that a value is mounted as an HTTP service: a tower service that is a websocket application as well,
/// or a function or closure from a `Request<Body>` to a `Response<_>` or a `Result<Response<_>, _>`.
///
/// An `Err` is logged and answered with 500.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use tower::ServiceExt;
/// use wsrack::{Body, Routes, http};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let mirror = |request: Request<Body>| async { Response::new(request.into_body()) };
/// let broken = |_: Request<Body>| async { Err::<Response<Body>, _>("the disk is full") };
/// let service = Routes::new().map("/mirror", http(mirror))?.map("/broken", http(broken))?.into_service();
///
/// for (target, status) in [("/mirror", 200), ("/broken", 500)] {
///     let answer = service.clone().oneshot(Request::get(target).body(Body::empty())?).await?;
///     assert_eq!(answer.status(), status);
/// }
/// # Ok(())
/// # }
/// ```
pub fn http<Kind>(service: impl IntoHttp<Kind>) -> HttpService {
    service.into_http()
}

/// What [`http()`] takes.
///
/// That is a tower service, or a function from a `Request<Body>` to a future of a `Response<_>`, or of a `Result` with one.
/// Bodies are those of [`http_body::Body`], such as [`Body`] or `String`. `Kind` is inferred.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use wsrack::{Body, HttpService, IntoHttp, http};
///
/// async fn page(_: Request<Body>) -> Response<String> {
///     Response::new("<h1>Welcome</h1>".into())
/// }
///
/// async fn file(_: Request<Body>) -> std::io::Result<Response<String>> {
///     Ok(Response::new(std::fs::read_to_string("index.html")?))
/// }
///
/// /// Logs what is mounted.
/// fn announced<Kind>(name: &str, service: impl IntoHttp<Kind>) -> HttpService {
///     println!("serving {name}");
///     http(service)
/// }
///
/// let services = [announced("page", page), announced("file", file), announced("axum", axum::Router::new())];
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an HTTP service",
    label = "not an HTTP service",
    note = "give a tower service, or an async function from `Request<wsrack::Body>` to a `Response<B>` or a \
            `Result` with one, whose `B` is an `http_body::Body`, such as `wsrack::Body` or `String`"
)]
pub trait IntoHttp<Kind> {
    #[doc(hidden)]
    fn into_http(self) -> HttpService;
}

/// An HTTP service to mount, made by [`http()`].
///
/// Its type does not tell what it was made of, so that different services stand in one list.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use tower::ServiceExt;
/// use wsrack::{Body, HttpService, Routes, http};
///
/// async fn page(_: Request<Body>) -> Response<String> {
///     Response::new("hello".into())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let services: [(&str, HttpService); 2] = [("/page", http(page)), ("/api", http(axum::Router::new()))];
/// let mut routes = Routes::new();
/// for (key, service) in services {
///     routes = routes.map(key, service)?;
/// }
///
/// let request = Request::get("/page").body(Body::empty())?;
/// assert_eq!(routes.into_service().oneshot(request).await?.status(), 200);
/// # Ok(())
/// # }
/// ```
pub struct HttpService(RoutesService);

#[diagnostic::do_not_recommend]
impl<S, B> IntoHttp<kind::Http> for S
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_http(self) -> HttpService {
        HttpService(RoutesService::new(self))
    }
}

#[diagnostic::do_not_recommend]
impl<F, Fut, B> IntoHttp<kind::HttpFunction> for F
where
    F: Fn(Request<Body>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response<B>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_http(self) -> HttpService {
        http(move |request| {
            let answer = self(request);
            async move { Ok::<_, BoxError>(answer.await) }
        })
    }
}

#[diagnostic::do_not_recommend]
impl<F, Fut, B, E> IntoHttp<kind::FallibleHttpFunction> for F
where
    F: Fn(Request<Body>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    E: Into<BoxError>,
{
    fn into_http(self) -> HttpService {
        http(service_fn(self))
    }
}

impl fmt::Debug for HttpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").finish_non_exhaustive()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Mounted::App(_) => "App",
            Mounted::Http(_) => "Http",
            Mounted::Nested(_) => "Nested",
            Mounted::Observer(_) => "Observer",
        })
    }
}
