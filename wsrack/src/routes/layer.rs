//! What can stand behind `use`.

use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service};

use super::service::RoutesService;
use crate::body::{Body, BoxError};

/// What [`Routes::layer`](super::Routes::layer) and the `use` of [`routes!`](crate::routes!) take: any tower
/// layer whose service takes a `Request<Body>` and answers with a `Response<_>`.
///
/// The service must be `Clone + Send + Sync`. It may fail: the error is logged and answered with 500. `B`,
/// the body of its responses, is inferred.
///
/// # Examples
///
/// A layer that is made of a function, by tower's `MapResponseLayer`. It sees the answer of the routes themselves as well:
///
/// ```
/// use http::{HeaderValue, Request, Response};
/// use tower::{ServiceExt, util::MapResponseLayer};
/// use wsrack::{Body, Routes};
///
/// fn sign(mut response: Response<Body>) -> Response<Body> {
///     response.headers_mut().insert("x-served-by", HeaderValue::from_static("wsrack"));
///     response
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let routes = Routes::new().layer(MapResponseLayer::new(sign));
/// let answer = routes.into_service().oneshot(Request::new(Body::empty())).await?;
/// assert_eq!(answer.status(), 404);
/// assert_eq!(answer.headers()["x-served-by"], "wsrack");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a layer here: `use` takes a tower layer",
    label = "not a layer for routes",
    note = "a layer is a `tower::Layer<RoutesService>` whose service is a \
            `Service<Request<wsrack::Body>, Response = Response<B>> + Clone + Send + Sync` whose `B` is an \
            `http_body::Body`",
    note = "one that takes another request body, such as axum's `from_fn`, stands behind one that maps the \
            body: `use (MapRequestLayer::new(|request: Request<wsrack::Body>| \
            request.map(axum::body::Body::new)), from_fn(guard));`"
)]
pub trait RoutesLayer<B>: Sized {
    #[doc(hidden)]
    fn into_wrap(self) -> Wrap;
}

/// A layer whose type is forgotten.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "a function has nothing to show")]
pub struct Wrap(Box<dyn FnOnce(RoutesService) -> RoutesService + Send>);

impl Wrap {
    pub(super) fn around(self, below: RoutesService) -> RoutesService {
        (self.0)(below)
    }
}

#[diagnostic::do_not_recommend]
impl<L, B> RoutesLayer<B> for L
where
    L: Layer<RoutesService> + Send + 'static,
    L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_wrap(self) -> Wrap {
        Wrap(Box::new(move |below| RoutesService::new(self.layer(below))))
    }
}
