//! The page of `--stats`.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};

use crate::body::Body;
use crate::routes::{RouteError, Routes, http as service};
use crate::server::ServerHandle;

/// A page that tells how the server does, once it has been told which server.
#[derive(Clone, Debug, Default)]
pub(super) struct Stats {
    server: Arc<OnceLock<(ServerHandle, Instant)>>,
}

impl Stats {
    /// Mounts the page beside the routes.
    ///
    /// # Errors
    ///
    /// Where nothing can be mounted at this path.
    pub(super) fn mount(&self, path: &str, routes: Routes) -> Result<Routes, RouteError> {
        let stats = self.clone();
        let page = service(move |_: Request<Body>| {
            let page = stats.page();
            async move { page }
        });
        Routes::new().with_hub(routes.hub()).map(path, page)?.map("/", routes)
    }

    /// Tells which server.
    pub(super) fn watch(&self, server: ServerHandle) {
        // Only the first is the one that serves the page.
        let _ = self.server.set((server, Instant::now()));
    }

    fn page(&self) -> Response<Body> {
        let mut rows = String::new();
        let mut row = |name: &str, value: String| {
            // A String takes all.
            let _ = write!(rows, "<tr><th>{name}</th><td>{value}</td></tr>");
        };
        row("process", std::process::id().to_string());
        if let Some((server, since)) = self.server.get() {
            row("up", format!("{} s", since.elapsed().as_secs()));
            row("websockets", server.connections().to_string());
        }
        let page =
            format!("<!doctype html><title>Statistics</title><h1>Statistics</h1><table>{rows}</table>\n");
        let mut response = Response::new(Body::from(page));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }
}
