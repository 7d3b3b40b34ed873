//! The one shape that everything in the routes has once it is ready to serve.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use tower::{Service, ServiceExt};

use crate::body::{Body, BoxError};
use crate::log::log;

/// Routes as a tower service: all of them, from [`Running::service`](super::Running::service), or what
/// stands below a layer.
///
/// It is ready at any time, never fails and takes any request body. Clones serve the same routes.
#[derive(Clone)]
pub struct RoutesService(Arc<Call>);

type Call = dyn Fn(Request<Body>) -> Answer + Send + Sync;

pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

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
        Self::boxed(move |request| {
            let answer = service.clone().oneshot(request);
            Box::pin(async move {
                Ok(answer.await.map_or_else(|error| failed(&*error.into()), |it| it.map(Body::new)))
            })
        })
    }

    /// Of what boxes its answers itself: one allocation less a request.
    pub(super) fn boxed(call: impl Fn(Request<Body>) -> Answer + Send + Sync + 'static) -> Self {
        Self(Arc::new(call))
    }

    pub(super) fn answer(&self, request: Request<Body>) -> Answer {
        (self.0)(request)
    }
}

impl<B> Service<Request<B>> for RoutesService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // the wait is a part of the call
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.answer(request.map(Body::new))
    }
}

impl fmt::Debug for RoutesService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoutesService").finish_non_exhaustive()
    }
}

/// A short answer of our own.
pub(super) fn plain(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// What went wrong is for the log; the client learns only that it did.
fn failed(error: &(dyn std::error::Error + 'static)) -> Response<Body> {
    log!(error, "a layer or an HTTP service failed: {error}");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
