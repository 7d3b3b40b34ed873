//! Layers: their order, their reach, what they may change.

use ::http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use tower::layer::layer_fn;
use tower::service_fn;
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

use super::{call, get, probe, start, text};
use crate::body::Body;
use crate::routes::{Routes, http};

/// Leaves its name in the request; who comes first is the outermost.
fn tag(name: &'static str) -> MapRequestLayer<impl Fn(Request<Body>) -> Request<Body> + Clone> {
    MapRequestLayer::new(move |mut request: Request<Body>| {
        request.headers_mut().append("x-tag", HeaderValue::from_static(name));
        request
    })
}

fn tags() -> crate::routes::HttpService {
    http(|request: Request<Body>| async move {
        let tags: Vec<_> =
            request.headers().get_all("x-tag").iter().map(|tag| tag.to_str().unwrap()).collect();
        Response::new(tags.join(" "))
    })
}

#[tokio::test]
async fn the_first_layer_is_the_outermost_and_blocks_add_theirs() {
    let block = Routes::new().layer(tag("inner")).map("/", tags()).unwrap();
    let routes = Routes::new()
        .layer(tag("first"))
        .map("/", tags())
        .unwrap()
        .map("/block", block)
        .unwrap()
        .layer(tag("second"));
    let service = start(routes).await;
    assert_eq!(text(&service, "/").await, "first second");
    assert_eq!(text(&service, "/block").await, "first second inner");
}

#[tokio::test]
async fn layers_see_what_no_mount_takes() {
    let routes = Routes::new()
        .layer(MapResponseLayer::new(|answer: Response<Body>| {
            answer.map(|_| Full::from("seen by the layer"))
        }))
        .map("/x", tags())
        .unwrap();
    let answer = call(&start(routes).await, get("/y")).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.into_body(), "seen by the layer");
}

#[tokio::test]
async fn layers_may_change_the_type_of_both_bodies() {
    let echo = http(|request: Request<Body>| async move {
        let body = request.into_body().collect().await?.to_bytes();
        Ok::<_, crate::body::BoxError>(Response::new(Full::new(body)))
    });
    let routes = Routes::new()
        .layer(TraceLayer::new_for_http())
        .layer(RequestBodyLimitLayer::new(5))
        .map("/", echo)
        .unwrap();
    let service = start(routes).await;
    let post = |text: &'static str| Request::post("/").body(Body::from(text)).unwrap();
    assert_eq!(call(&service, post("12345")).await.into_body(), "12345");
    // Without a length the limit is found in the body, which the service reports as an error.
    assert_eq!(call(&service, post("123456")).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn an_error_of_a_layer_is_a_500() {
    let routes = Routes::new()
        .layer(layer_fn(|_| service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>("no") })))
        .map("/", tags())
        .unwrap();
    assert_eq!(call(&start(routes).await, get("/")).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// Rack's layers write `PATH_INFO`; a tower layer writes the URI.
#[tokio::test]
async fn a_layer_in_a_block_rewrites_the_path_below_it() {
    let rewrite = MapRequestLayer::new(|mut request: Request<Body>| {
        *request.uri_mut() = Uri::from_static("/new/x?b=2");
        request
    });
    let block = Routes::new().layer(rewrite).map("/new", probe("new")).unwrap();
    let service = start(Routes::new().map("/foo", block).unwrap()).await;
    assert_eq!(text(&service, "/foo/old?a=1").await, "new sees /x?b=2 at [/foo/new] [/x]");
    assert_eq!(text(&service, "/foo").await, "new sees /x?b=2 at [/foo/new] [/x]");
}
