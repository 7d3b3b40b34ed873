//! axum in the routes, and the routes in axum.

use ::axum::Router;
use ::axum::body::Body as AxumBody;
use ::axum::extract::{Extension, Path, Request as AxumRequest};
use ::axum::middleware::{Next, from_fn};
use ::axum::response::{IntoResponse, Response as AxumResponse};
use ::axum::routing::get as on_get;
use ::http::header::AUTHORIZATION;
use ::http::{HeaderValue, Request, StatusCode};
use tower::util::MapRequestLayer;
use tower_http::services::ServeDir;

use super::{call, get, probe, start, text};
use crate::body::Body;
use crate::mount_point::MountPoint;
use crate::routes::Routes;

#[tokio::test]
async fn a_router_of_axum_is_a_mount() {
    let router = Router::new()
        .route(
            "/",
            on_get(|Extension(mount): Extension<MountPoint>| async move { mount.script_name().to_owned() }),
        )
        .route("/users/{id}", on_get(|Path(id): Path<u32>| async move { format!("user {id}") }));
    let service = start(Routes::new().map("/api", router).unwrap()).await;
    assert_eq!(text(&service, "/api").await, "/api");
    assert_eq!(text(&service, "/api/users/7").await, "user 7");
    assert_eq!(call(&service, get("/api/users/x")).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_routes_are_a_service_of_axum() {
    let running = Routes::new().map("/foo", probe("foo")).unwrap().start().await.unwrap();
    let lazy = Routes::new().map("/foo", probe("lazy")).unwrap().into_service();
    let router = Router::new()
        .nest_service("/rack", running.service())
        .nest_service("/lazy", lazy)
        .fallback_service(running.service());
    assert_eq!(text(&router, "/rack/foo/x?a").await, "foo sees /x?a at [/foo] [/x]");
    assert_eq!(text(&router, "/lazy/foo").await, "lazy sees / at [/foo] []");
    assert_eq!(text(&router, "/foo/x").await, "foo sees /x at [/foo] [/x]");
    assert_eq!(call(&router, get("/rack/nope")).await.headers()["x-cascade"], "pass");
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_middleware_of_axum_is_a_layer() {
    async fn guard(request: AxumRequest, next: Next) -> AxumResponse {
        if request.headers().contains_key(AUTHORIZATION) {
            next.run(request).await
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
    let routes = crate::routes! {
        use (MapRequestLayer::new(|request: Request<Body>| request.map(AxumBody::new)), from_fn(guard));
        "/foo" => probe("foo"),
    };
    let service = start(routes).await;
    assert_eq!(call(&service, get("/foo/x")).await.status(), StatusCode::UNAUTHORIZED);
    let mut request = get("/foo/x");
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Basic x"));
    assert_eq!(call(&service, request).await.into_body(), "foo sees /x at [/foo] [/x]");
}

#[tokio::test]
async fn files_are_served_below_a_mount() {
    let files = ServeDir::new(env!("CARGO_MANIFEST_DIR"));
    let service = start(Routes::new().map("/static", files).unwrap()).await;
    assert!(text(&service, "/static/Cargo.toml").await.starts_with("[package]"));
    assert_eq!(call(&service, get("/static/../Cargo.toml")).await.status(), StatusCode::NOT_FOUND);
}
