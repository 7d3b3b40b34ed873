//! axum, with a broadcast channel for the fan-out, as in its chat example.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::Result;

type All = Arc<broadcast::Sender<Message>>;

pub(super) async fn serve() -> Result {
    let app = Router::new()
        .route("/", any(async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(echo)))
        .route(
            "/fanout",
            any(async |State(all): State<All>, upgrade: WebSocketUpgrade| {
                upgrade.on_upgrade(|socket| hear(socket, all))
            }),
        )
        .route(
            "/say",
            any(async |State(all): State<All>, upgrade: WebSocketUpgrade| {
                upgrade.on_upgrade(|socket| say(socket, all))
            }),
        )
        .with_state(Arc::new(broadcast::Sender::new(64)));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    super::announce(listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        // A socket without it works, only later.
        let _refused = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, app).await?)
}

pub(crate) async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let is_data = matches!(message, Message::Text(_) | Message::Binary(_));
        if is_data && socket.send(message).await.is_err() {
            return;
        }
    }
}

async fn hear(mut socket: WebSocket, all: All) {
    let mut messages = all.subscribe();
    while let Ok(message) = messages.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

async fn say(mut socket: WebSocket, all: All) {
    while let Some(Ok(message)) = socket.recv().await {
        if all.send(message).is_err() {
            return;
        }
    }
}
