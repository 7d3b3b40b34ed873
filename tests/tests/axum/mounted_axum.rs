//! An axum application mounted in routes that wsrack serves.

use axum::{
    Router,
    extract::{
        Path,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::{any, get},
};
use wsrack_tests::{
    Client, Raw, Result, Served, ask,
    raw::{frame, handshake},
};

use super::Echo;

/// axum's own websocket, which sends back what comes in capitals.
async fn capitals(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket: WebSocket| {
        while let Some(Ok(message)) = socket.recv().await {
            if let Message::Text(text) = message
                && socket.send(text.to_uppercase().into()).await.is_err()
            {
                return;
            }
        }
    })
}

async fn server() -> Result<Served> {
    let router = Router::new()
        .route("/hello/{name}", get(async |Path(name): Path<String>| format!("hello, {name}")))
        .route("/capitals", any(capitals));
    Served::start(wsrack::routes! { "/" => Echo, "/axum" => router }).await
}

#[tokio::test]
async fn axum_answers_below_its_mount() -> Result {
    let server = server().await?;
    let get = async |path: &str| wsrack_tests::get(&format!("http://{}{path}", server.addr())).await;
    assert_eq!(get("/axum/hello/you").await?, (200, "hello, you".to_owned()));
    assert_eq!(get("/axum/nowhere").await?.0, 404);
    assert_eq!(get("/hello/you").await?.0, 426, "there the websocket application is");
    server.stop().await
}

#[tokio::test]
async fn axums_own_websocket_works_beside_ours() -> Result {
    let server = server().await?;
    let mut theirs = Client::connect(server.ws("/axum/capitals")).await?;
    let mut ours = Client::connect(server.ws("/")).await?;
    assert_eq!(ours.text().await?, "/ at [] [/]");
    assert_eq!(ask(&mut theirs, "hello").await?, "HELLO");
    assert_eq!(ask(&mut ours, "hello").await?, "hello");
    theirs.leave().await?;
    ours.leave().await?;
    server.stop().await
}

#[tokio::test]
async fn frames_behind_the_handshake_reach_axum() -> Result {
    let server = server().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    let page = "GET /axum/hello/you HTTP/1.1\r\nHost: a\r\n\r\n";
    let handshake = handshake("/axum/capitals");
    let frames = [frame(0x81, b"early"), frame(0x88, b"")].concat();
    raw.send([page.as_bytes(), handshake.as_bytes(), &frames].concat()).await?;
    assert_eq!(raw.answer().await?.body, "hello, you");
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.rest().await?, b"\x81\x05EARLY\x88\x00");
    server.stop().await
}

#[tokio::test]
async fn a_stop_does_not_wait_for_axums_websockets() -> Result {
    let server = server().await?;
    let mut theirs = Client::connect(server.ws("/axum/capitals")).await?;
    assert_eq!(ask(&mut theirs, "hello").await?, "HELLO");
    server.stop().await?;
    // They are axum's, and live as long as their task.
    assert_eq!(ask(&mut theirs, "still").await?, "STILL");
    theirs.leave().await
}
