//! `routes!`: the same routes, written as a page.

use ::axum::Router;
use ::axum::routing::get as on_get;
use ::http::{HeaderValue, Request, Response, StatusCode};
use tower::util::MapResponseLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;

use super::{call, get, probe, start, text};
use crate::body::Body;
use crate::routes::{Routes, http};

#[tokio::test]
async fn a_page_of_routes() {
    let routes = "the user's own variable, which the expansion must not hide";
    let page = crate::routes! {
        use TraceLayer::new_for_http();
        use RequestBodyLimitLayer::new(4096);
        "/" => ServeDir::new(env!("CARGO_MANIFEST_DIR")),
        "/api/" => Router::new().route("/x", on_get(move || async move { routes })),
        "/rooms/{room}" => probe("room"),
        "/rooms/lobby" => probe("lobby"),
        "/hello" => http(|_: Request<Body>| async { Response::new("hello".to_string()) }),
        "/admin" => {
            use MapResponseLayer::new(|mut response: Response<Body>| {
                response.headers_mut().insert("x-admin", HeaderValue::from_static("yes"));
                response
            });
            "/stats" => probe("stats"),
            "/deeper" => { "/" => probe("deeper") }
        }
        "/computed" => ({
            let nested = Routes::new();
            nested.map("/x", probe("computed")).unwrap()
        }),
        "http://Chat.example.com/" => probe("host"),
    };
    let service = start(page).await;
    for (uri, seen) in [
        ("/api/x", routes),
        ("/rooms/7", "room sees / at [/rooms/7] []"),
        ("/rooms/lobby/x", "lobby sees /x at [/rooms/lobby] [/x]"),
        ("/hello", "hello"),
        ("/admin/stats", "stats sees / at [/admin/stats] []"),
        ("/admin/deeper/x", "deeper sees /x at [/admin/deeper] [/x]"),
        ("/computed/x", "computed sees / at [/computed/x] []"),
        (
            "http://chat.example.com:80/rooms/7",
            "host sees http://chat.example.com:80/rooms/7 at [] [/rooms/7]",
        ),
    ] {
        assert_eq!(text(&service, uri).await, seen, "{uri}");
    }
    assert!(text(&service, "/Cargo.toml").await.starts_with("[package]"));

    let nope = call(&service, get("/admin/nope")).await;
    assert_eq!(nope.status(), StatusCode::NOT_FOUND);
    assert_eq!(nope.headers()["x-admin"], "yes");
}

#[tokio::test]
async fn an_error_of_an_entry_leaves_the_users_function() {
    fn page(fail: bool) -> Result<Routes, std::num::ParseIntError> {
        let text = if fail { "x" } else { "7" };
        Ok(crate::routes! { "/" => ({ text.parse::<u8>()?; probe("root") }) })
    }
    assert!(page(true).is_err());
    assert_eq!(text(&start(page(false).unwrap()).await, "/").await, "root sees / at [] [/]");
}
