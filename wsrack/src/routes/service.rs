//! The one shape that everything in the routes has once it is ready to serve.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::{Service, ServiceExt};

use crate::body::{Body, BoxError, plain};
use crate::connection::{Answering, Passage};
use crate::log::log;

/// Routes as a tower service: all of them, from [`Running::service`](super::Running::service), or what
/// stands below a layer.
///
/// It is ready at any time, never fails and takes any request body. Clones serve the same routes.
///
/// # Examples
///
/// Asked without a server, as tests may:
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::BodyExt;
/// use tower::ServiceExt;
/// use wsrack::{Body, Error, Routes, http};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let hello = |_: Request<Body>| async { Response::new("Hello to you!".to_owned()) };
/// let running = Routes::new().map("/hello", http(hello))?.start().await?;
///
/// let request = Request::get("/hello/world").body(String::new())?;
/// let answer = running.service().oneshot(request).await?;
/// let body = answer.into_body().collect().await.map_err(Error::from_boxed)?;
/// assert_eq!(body.to_bytes(), "Hello to you!");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RoutesService(Arc<Call>);

type Call = dyn Fn(Request<Body>, Passage) -> Answering + Send + Sync;

impl RoutesService {
    /// Hides a service's type. It waits for the service to be ready within the call, and answers its errors
    /// with 500.
    pub(super) fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::ours(move |mut request, passage| {
            passage.leave_in(&mut request);
            let answer = service.clone().oneshot(request);
            Answering::later(async move {
                Ok(answer.await.map_or_else(|error| failed(&*error.into()), |it| it.map(Body::new)))
            })
        })
    }

    /// Of what is our own, and takes the passage as it is.
    pub(super) fn ours(call: impl Fn(Request<Body>, Passage) -> Answering + Send + Sync + 'static) -> Self {
        Self(Arc::new(call))
    }

    /// As a call of the service, for those who have the passage.
    pub(crate) fn answer<B>(&self, request: Request<B>, passage: Passage) -> Answering
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        (self.0)(request.map(Body::new), passage)
    }
}

impl<B> Service<Request<B>> for RoutesService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // the wait is a part of the call
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let passage = Passage::take_from(&mut request);
        self.answer(request, passage)
    }
}

impl fmt::Debug for RoutesService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoutesService").finish_non_exhaustive()
    }
}

/// What went wrong is for the log; the client learns only that it did.
fn failed(error: &(dyn std::error::Error + 'static)) -> Response<Body> {
    log!(error, "a layer or an HTTP service failed: {error}");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
