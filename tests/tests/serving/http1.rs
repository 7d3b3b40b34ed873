//! HTTP/1.1 up to the 101, and what a client sends around it.

use std::time::Duration;

use http::{Request, Response};
use wsrack::prelude::*;
use wsrack::{Body, Extension};
use wsrack_tests::{
    Raw, Result, Served,
    raw::{frame, handshake},
};

use super::Echo;

const PAGE: &str = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n";

async fn server() -> Result<Served> {
    let page = |_| async { Response::new("a page".to_owned()) };
    let count = |request: Request<Body>| async move {
        let body = axum::body::to_bytes(axum::body::Body::new(request.into_body()), 1 << 20).await?;
        Ok::<_, axum::Error>(Response::new(format!("{} bytes", body.len())))
    };
    Served::start(wsrack::routes! {
        "/ws" => Echo,
        "/page" => wsrack::http(page),
        "/count" => wsrack::http(count),
        "/guarded" => Guarded,
        "/slow" => Slow,
    })
    .await
}

async fn assert_echoes(raw: &mut Raw) -> Result {
    raw.send(frame(0x81, b"here")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"here".to_vec()));
    Ok(())
}

#[tokio::test]
async fn a_connection_serves_requests_and_then_upgrades() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    for _ in 0..3 {
        raw.send(PAGE).await?;
        assert_eq!(raw.answer().await?.body, "a page");
    }
    raw.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").await?;
    assert_eq!(raw.answer().await?.body, "5 bytes");
    raw.upgrade("/ws").await?;
    assert_echoes(&mut raw).await?;
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn requests_frames_and_a_close_in_one_write_are_answered_in_order() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    let frames = [frame(0x81, b"one"), frame(0x89, b"two"), frame(0x82, b"three"), frame(0x88, b"\x03\xe8")];
    raw.send([PAGE.as_bytes(), PAGE.as_bytes(), handshake("/ws").as_bytes(), &frames.concat()].concat())
        .await?;
    assert_eq!(raw.answer().await?.body, "a page");
    assert_eq!(raw.answer().await?.body, "a page");
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.rest().await?, b"\x81\x03one\x8a\x03two\x82\x05three\x88\x02\x03\xe8");
    server.stop().await
}

#[tokio::test]
async fn much_behind_the_handshake_is_not_lost() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    let message: Vec<u8> = (0..=250).cycle().take(1 << 20).collect();
    let sent = [handshake("/ws").as_bytes(), &frame(0x82, &message), &frame(0x81, b"end")].concat();
    raw.send(&sent).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    assert!(raw.frame().await? == (0x82, message), "another message");
    assert_eq!(raw.frame().await?, (0x81, b"end".to_vec()));
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn a_handshake_may_come_byte_by_byte() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    for byte in [handshake("/ws").as_bytes(), &frame(0x81, b"byte by byte")].concat() {
        raw.send([byte]).await?;
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.frame().await?, (0x81, b"byte by byte".to_vec()));
    drop(raw);
    server.stop().await
}

/// Lets in who has the token, and says so; `?expired` is accepted and closed.
struct Guarded;

#[derive(Clone)]
struct Token(String);

#[websocket_app(handshake_timeout = "300ms")]
impl Guarded {
    #[on_upgrade]
    fn check(&self, env: &Env) -> std::result::Result<Token, Rejection> {
        match (env.header("x-token"), env.query()) {
            (_, "expired") => Err(Rejection::close(4401, "expired")),
            (Some(token), _) => Ok(Token(token.to_owned())),
            (None, _) => {
                Err(Rejection::http(401).header("www-authenticate", "Token").body("a token is needed"))
            }
        }
    }

    #[on_open]
    fn greet(&self, token: Extension<Token>) -> String {
        format!("by {}", token.0.0)
    }
}

#[tokio::test]
async fn who_was_refused_may_try_again_on_the_same_connection() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/guarded")).await?;
    let refused = raw.answer().await?;
    assert_eq!(
        (refused.status_line.as_str(), refused.body.as_str()),
        ("HTTP/1.1 401 Unauthorized", "a token is needed")
    );
    assert_eq!(refused.header("www-authenticate"), Some("Token"));
    assert_eq!(refused.header("upgrade"), None);
    raw.send(handshake("/guarded").replace("\r\n\r\n", "\r\nX-Token: abc\r\n\r\n")).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.frame().await?, (0x81, b"by abc".to_vec()));
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn a_rejection_by_a_code_accepts_and_closes() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    // What the client has to say already is not heard.
    raw.send([handshake("/guarded?expired").as_bytes(), &frame(0x81, b"hello")].concat()).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.frame().await?, (0x88, b"\x11\x31expired".to_vec()));
    raw.send(frame(0x88, b"\x11\x31")).await?;
    assert_eq!(raw.rest().await?, b"");
    server.stop().await
}

/// Never decides.
struct Slow;

#[websocket_app(handshake_timeout = "200ms")]
impl Slow {
    #[on_upgrade]
    async fn decide(&self) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn an_application_that_does_not_decide_is_unavailable() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/slow")).await?;
    assert_eq!(raw.answer().await?.status_line, "HTTP/1.1 503 Service Unavailable");
    raw.upgrade("/ws").await?;
    assert_echoes(&mut raw).await?;
    drop(raw);
    server.stop().await
}

/// Meanwhile its place is given back, and the server does not wait for it at the end.
#[tokio::test]
async fn a_client_that_leaves_before_it_is_decided_is_forgotten() -> Result {
    let routes = wsrack::routes! { "/" => Slow.with(Options::new().max_connections(1).handshake_timeout(Duration::from_mins(10))) };
    let server = Served::start(routes).await?;
    let mut first = Raw::connect(server.addr()).await?;
    first.send(handshake("/")).await?;
    let mut second = Raw::connect(server.addr()).await?;
    second.send(handshake("/")).await?;
    assert_eq!(second.answer().await?.status(), 503);
    drop(first);
    let mut again = 503;
    while again == 503 {
        let mut raw = Raw::connect(server.addr()).await?;
        raw.send(handshake("/")).await?;
        again = match tokio::time::timeout(Duration::from_millis(200), raw.answer()).await {
            Ok(answer) => answer?.status(),
            Err(_) => 0,
        };
    }
    assert_eq!(again, 0, "the place is free, and the next one waits for its decision");
    server.stop().await
}
