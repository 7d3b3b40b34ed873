//! Layers of tower-http and axum around websocket applications.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{middleware::from_fn, response::IntoResponse as _};
use http::{HeaderValue, Request, StatusCode, header};
use tower::{ServiceBuilder, util::MapResponseLayer};
use tower_http::{
    add_extension::AddExtensionLayer, map_request_body::MapRequestBodyLayer,
    set_header::SetResponseHeaderLayer, trace::TraceLayer, validate_request::ValidateRequestHeaderLayer,
};
use wsrack::prelude::*;
use wsrack::{Body, Extension};
use wsrack_tests::{Client, Logged, Raw, Result, Served, raw::handshake};

use super::{Echo, handshake_with, status};

#[derive(Clone)]
struct User(&'static str);

/// Says who is there, by what layers have left.
struct Who;

#[websocket_app]
impl Who {
    #[on_open]
    fn tell(&self, user: Extension<User>) -> String {
        user.0.0.to_owned()
    }
}

#[tokio::test]
async fn what_a_layer_leaves_is_an_extension() -> Result {
    let server = Served::start(wsrack::routes! {
        "/known" => { use AddExtensionLayer::new(User("mary")); "/" => Who, },
        "/axum" => { use axum::Extension(User("by axum")); "/" => Who, },
        "/unknown" => Who,
    })
    .await?;
    for (path, user) in [("/known", "mary"), ("/axum", "by axum")] {
        let mut client = Client::connect(server.ws(path)).await?;
        assert_eq!(client.text().await?, user);
        client.leave().await?;
    }
    assert_eq!(status(server.addr(), handshake("/unknown")).await?, 500, "a mistake of the server's");
    server.stop().await
}

#[tokio::test]
async fn a_layer_sets_headers_on_every_answer() -> Result {
    let header = SetResponseHeaderLayer::overriding(header::SERVER, HeaderValue::from_static("ours"));
    let server = Served::start(wsrack::routes! { use header; "/ws" => Echo }).await?;
    for (request, expected) in [
        (handshake("/ws"), 101),
        (handshake("/nowhere"), 404),
        (handshake("/ws").replace("Version: 13", "Version: 99"), 426),
        (handshake_with("/ws", "Origin: http://evil.example"), 403),
    ] {
        let mut raw = Raw::connect(server.addr()).await?;
        raw.send(request).await?;
        let answer = raw.answer().await?;
        assert_eq!((answer.status(), answer.header("server")), (expected, Some("ours")));
    }
    server.stop().await
}

/// Lets in who says the password.
#[expect(clippy::result_large_err, reason = "the layer asks for this type")]
fn password(request: &mut Request<Body>) -> std::result::Result<(), http::Response<Body>> {
    match request.headers().get("x-password").map(HeaderValue::as_bytes) {
        Some(b"please") => Ok(()),
        _ => {
            let mut refusal = http::Response::new(Body::from("say please"));
            *refusal.status_mut() = StatusCode::UNAUTHORIZED;
            Err(refusal)
        }
    }
}

#[tokio::test]
async fn a_layer_refuses_before_the_application_is_asked() -> Result {
    let server = Served::start(wsrack::routes! {
        "/" => Echo,
        "/guarded" => { use ValidateRequestHeaderLayer::custom(password); "/" => Echo, },
    })
    .await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/guarded")).await?;
    let refused = raw.answer().await?;
    assert_eq!((refused.status(), refused.body.as_str()), (401, "say please"));
    assert_eq!(refused.header("upgrade"), None);
    // The same connection, politely.
    raw.send(handshake_with("/guarded", "X-Password: please")).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.frame().await?, (0x81, b"/guarded at [/guarded] []".to_vec()));
    assert_eq!(status(server.addr(), handshake("/")).await?, 101, "outside of the block nobody asks");
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn what_a_layer_makes_of_a_101_is_the_answer_and_nothing_opens() -> Result {
    let forbidden = MapResponseLayer::new(|mut answer: http::Response<Body>| {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            *answer.status_mut() = StatusCode::FORBIDDEN;
        }
        answer
    });
    let joining = Joining(Arc::default());
    let routes = wsrack::routes! {
        "/never" => { use forbidden; "/" => joining.clone(), },
        "/" => joining,
    };
    let server = Served::start(routes).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/never")).await?;
    assert_eq!(raw.answer().await?.status(), 403);
    raw.upgrade("/").await?;
    assert_eq!(raw.frame().await?, (0x81, b"joined as 1".to_vec()));
    drop(raw);

    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/never").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await?;
    assert_eq!(raw.answer().await?.status(), 403);
    assert_eq!(raw.rest().await?, b"");
    let mut client = Client::connect(server.ws("/")).await?;
    assert_eq!(client.text().await?, "joined as 2", "nobody was in between");
    drop(client);
    server.stop().await
}

/// Counts who has opened.
#[derive(Clone)]
struct Joining(Arc<AtomicU64>);

#[websocket_app]
impl Joining {
    #[on_open]
    fn join(&self) -> String {
        format!("joined as {}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[tokio::test]
async fn axums_middleware_is_a_layer_once_the_body_is_axums() -> Result {
    let polite = from_fn(async |request: axum::extract::Request, next: axum::middleware::Next| {
        if request.headers().contains_key("x-please") {
            next.run(request).await
        } else {
            StatusCode::IM_A_TEAPOT.into_response()
        }
    });
    let layer = ServiceBuilder::new().layer(MapRequestBodyLayer::new(axum::body::Body::new)).layer(polite);
    let server = Served::start(wsrack::routes! { use layer; "/" => Echo }).await?;
    assert_eq!(status(server.addr(), handshake("/")).await?, 418);
    assert_eq!(status(server.addr(), handshake_with("/", "X-Please: 1")).await?, 101);
    server.stop().await
}

#[tokio::test]
async fn traces_tell_of_the_handshake() -> Result {
    let server = Served::start(wsrack::routes! { use TraceLayer::new_for_http(); "/" => Echo }).await?;
    let logged = Logged::default();
    let guard = tracing::subscriber::set_default(logged.clone());
    assert_eq!(status(server.addr(), handshake("/")).await?, 101);
    drop(guard);
    let log = logged.take();
    assert!(
        log.iter().any(|line| line.contains("finished processing request") && line.contains("status=101")),
        "{log:?}"
    );
    server.stop().await
}
