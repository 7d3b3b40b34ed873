//! Routes that start on their first request.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::sync::watch;
use tower::Service;

use super::builder::Routes;
use super::service::RoutesService;
use crate::body::{Body, BoxError, plain};
use crate::log::log;

/// Routes as a tower service that starts them on its first request, from
/// [`Routes::into_service`](super::Routes::into_service). Clones share the start.
///
/// It is ready at any time, never fails and takes any request body.
///
/// # Examples
///
/// In a function that is not `async`, and gives axum a router:
///
/// ```
/// use tower::ServiceExt;
/// use wsrack::prelude::*;
///
/// struct Chat;
///
/// #[websocket_app]
/// impl Chat {}
///
/// fn router() -> axum::Router {
///     axum::Router::new().nest_service("/live", wsrack::routes! { "/chat" => Chat }.into_service())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let answer = router().oneshot(http::Request::get("/live/chat").body(axum::body::Body::empty())?).await?;
/// assert_eq!(answer.status(), 426, "a plain GET to a websocket application");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LazyService {
    shared: Arc<Shared>,
}

struct Shared {
    unstarted: Mutex<Option<Unstarted>>,
    outcome: watch::Receiver<Outcome>,
}

struct Unstarted {
    routes: Routes,
    outcome: watch::Sender<Outcome>,
}

/// How the start went.
#[derive(Clone)]
enum Outcome {
    Pending,
    Serving(RoutesService),
    Failed,
}

impl LazyService {
    pub(super) fn new(routes: Routes) -> Self {
        let (sender, outcome) = watch::channel(Outcome::Pending);
        let unstarted = Mutex::new(Some(Unstarted { routes, outcome: sender }));
        Self { shared: Arc::new(Shared { unstarted, outcome }) }
    }

    /// Starts the routes if nobody has. In a task of its own: the first request may be cancelled.
    fn ensure_started(&self) {
        let unstarted = self.shared.unstarted.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Unstarted { routes, outcome }) = unstarted else { return };
        tokio::spawn(async move {
            // If this panics the sender is gone, which waiting requests see.
            outcome.send_replace(match routes.start().await {
                Ok(running) => Outcome::Serving(running.service()),
                Err(error) => {
                    log!(error, "the routes could not be started: {error:?}");
                    Outcome::Failed
                }
            });
        });
    }
}

impl<B> Service<Request<B>> for LazyService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.ensure_started();
        let mut outcome = self.shared.outcome.clone();
        Box::pin(async move {
            let decided = outcome.wait_for(|outcome| !matches!(outcome, Outcome::Pending)).await;
            match decided.map(|outcome| outcome.clone()) {
                Ok(Outcome::Serving(mut service)) => service.call(request).await,
                _ => Ok(plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")),
            }
        })
    }
}

impl fmt::Debug for LazyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyService").finish_non_exhaustive()
    }
}
