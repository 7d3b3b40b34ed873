//! The page of statistics, the same as JSON and as text for Prometheus.

mod live;
mod page;
mod prometheus;

use std::fmt;
use std::sync::Arc;

use self::live::Live;
use self::page::page;
use crate::connection::Registry;
use crate::routes::{Mount, Node, RouteError, Routes, http};
use crate::server::{ServerBuilder, ServerHandle};
use crate::stats::Stats;

/// A page that shows what a server does, live, to be mounted in [`routes!`](crate::routes!). Feature `stats`.
///
/// | path below the mount | what is there |
/// | --- | --- |
/// | (nothing), and all others | the page: numbers and plots of the last minutes, for the server and each route |
/// | `/live` | what feeds it: a WebSocket with the [`Stats`] as JSON, each second |
/// | `/json` | the [`Stats`] as JSON |
/// | `/metrics` | the same as text for Prometheus |
///
/// Where it is mounted the applications of the server count, as if [`Routes::counted`] had been called. The page itself
/// is not counted.
///
/// **Whoever reaches the page reads it.** It tells nothing of clients and messages but their number; still, mount it
/// behind a layer that asks who is there, or show it [`of`](Self::of) one server on another that only operators reach.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use tower_http::validate_request::ValidateRequestHeaderLayer;
/// use wsrack::{Body, StatsPage};
/// # #[derive(Clone)] struct Chat;
/// # #[wsrack::websocket_app] impl Chat {}
///
/// fn is_operator(request: &mut Request<Body>) -> Result<(), Response<Body>> {
///     // …
/// # let _ = request;
/// # Ok(())
/// }
///
/// let routes = wsrack::routes! {
///     "/chat" => Chat,
///     "/admin" => {
///         use ValidateRequestHeaderLayer::custom(is_operator);
///         "/stats" => StatsPage::new(),
///     },
/// };
/// ```
#[derive(Clone)]
pub struct StatsPage {
    /// `None`: the server's that it is mounted in.
    source: Option<Source>,
}

/// Says what the statistics are now.
type Source = Arc<dyn Fn() -> Stats + Send + Sync>;

impl StatsPage {
    /// The page of the server that it is mounted in.
    pub fn new() -> Self {
        Self { source: None }
    }

    /// The page of another server, whose applications are [`counted`](Routes::counted).
    ///
    /// ```
    /// # use wsrack::{Routes, StatsPage};
    /// # #[derive(Clone)] struct Chat;
    /// # #[wsrack::websocket_app] impl Chat {}
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> wsrack::Result {
    /// let server = wsrack::routes! { "/" => Chat }.counted().bind("127.0.0.1:0").await?;
    /// let operators = wsrack::routes! { "/" => StatsPage::of(&server.handle()) }.bind("127.0.0.1:0").await?;
    /// # Ok(()) }
    /// ```
    pub fn of(server: &ServerHandle) -> Self {
        let server = server.clone();
        Self { source: Some(Arc::new(move || server.stats().unwrap_or_default())) }
    }
}

impl Default for StatsPage {
    fn default() -> Self {
        Self::new()
    }
}

impl Mount<Self> for StatsPage {
    fn into_node(self) -> Node {
        Node::observer(self.source.is_none(), |registry| {
            let source = self.source.unwrap_or_else(|| of_registry(registry));
            routes(&source)
        })
    }
}

impl ServerBuilder {
    /// Shows statistics at `path` and below, as [`StatsPage`] does, and as JSON also at `path.json`. Feature `stats`.
    ///
    /// The page stands before all routes and outside of their layers: **whoever reaches the server reads it**. For one
    /// that not everybody may read, mount a [`StatsPage`] behind a layer, or serve it elsewhere.
    ///
    /// # Errors
    ///
    /// Where nothing can be mounted at `path`; `/` is where the routes are.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # #[derive(Clone)] struct Chat;
    /// # #[wsrack::websocket_app] impl Chat {}
    /// # async fn run() -> wsrack::Result {
    /// let routes = wsrack::routes! { "/chat" => Chat };
    /// routes.server().stats("/stats")?.bind("127.0.0.1:3000").await?.serve().await
    /// # }
    /// ```
    pub fn stats(self, path: &str) -> Result<Self, RouteError> {
        self.around_routes(|routes| {
            let outer = Routes::new().with_hub(routes.hub()).map("/", routes)?.map(path, StatsPage::new())?;
            outer.map(&format!("{}.json", path.trim_end_matches('/')), JsonOnly)
        })
    }
}

/// The JSON of a page, where there is nothing else.
struct JsonOnly;

impl Mount<Self> for JsonOnly {
    fn into_node(self) -> Node {
        Node::observer(true, |registry| {
            let source = of_registry(registry);
            let json = move |_| std::future::ready(page::json(&source()));
            wsrack::routes! { "/" => http(json) }
        })
    }
}

fn routes(source: &Source) -> Routes {
    let shown = Arc::clone(source);
    let shows = move |request| std::future::ready(page(&request, &shown));
    wsrack::routes! { "/" => http(shows), "/live" => Live::new(source.clone()) }
}

fn of_registry(registry: Registry) -> Source {
    Arc::new(move || registry.stats().unwrap_or_default())
}

impl fmt::Debug for StatsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatsPage").finish_non_exhaustive()
    }
}
