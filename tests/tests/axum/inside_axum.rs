//! Routes mounted in an axum application that axum serves.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};
use wsrack_tests::{
    Client, Raw, Result, ask,
    raw::{frame, handshake},
};

use super::{Echo, handshake_with, ours, status};

struct Axum {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Axum {
    async fn start(router: Router) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
        Ok(Self { addr, stop, serving: tokio::spawn(serving.into_future()) })
    }

    async fn stop(self) -> Result {
        drop(self.stop);
        Ok(timeout(Duration::from_mins(1), self.serving).await???)
    }
}

#[tokio::test]
async fn routes_are_nested_in_axum() -> Result {
    let routes = wsrack::routes! { "/echo" => Echo };
    let running = ours(routes.start().await)?;
    let router = Router::new().route("/", get(async || "axum")).nest_service("/live", running.service());
    let server = Axum::start(router).await?;

    let mut client = Client::connect(format!("ws://{}/live/echo/x", server.addr)).await?;
    assert_eq!(client.text().await?, "/echo/x at [/echo] [/x]", "axum keeps its prefix for itself");
    assert_eq!(ask(&mut client, "hello").await?, "hello");
    let (code, body) = wsrack_tests::get(&format!("http://{}/", server.addr)).await?;
    assert_eq!((code, body.as_str()), (200, "axum"));
    let (code, body) = wsrack_tests::get(&format!("http://{}/live/nowhere", server.addr)).await?;
    assert_eq!((code, body.as_str()), (404, "Not Found: /nowhere"));
    let origin = |value: &str| handshake_with("/live/echo", &format!("Origin: {value}"));
    assert_eq!(status(server.addr, origin("http://evil.example")).await?, 403);
    assert_eq!(status(server.addr, origin("http://example.org")).await?, 101);

    let told = async {
        let close = client.close().await?;
        assert_eq!((close.code, close.reason.as_str()), (1001, "the server stops"));
        client.next().await.err();
        Ok(())
    };
    let (stopped, told): (Result, Result) = tokio::join!(async { ours(running.shutdown().await) }, told);
    stopped.and(told)?;
    server.stop().await
}

#[tokio::test]
async fn frames_behind_the_handshake_are_not_lost_in_axum() -> Result {
    let running = ours(wsrack::routes! { "/" => Echo }.start().await)?;
    let server = Axum::start(Router::new().fallback_service(running.service())).await?;
    let mut raw = Raw::connect(server.addr).await?;
    let message = vec![b'x'; 100_000];
    raw.send([handshake("/").as_bytes(), &frame(0x82, &message), &frame(0x88, b"")].concat()).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    assert_eq!(raw.frame().await?, (0x81, b"/ at [] [/]".to_vec()));
    assert!(raw.frame().await? == (0x82, message), "another message");
    assert_eq!(raw.rest().await?, [0x88, 0]);
    ours(running.shutdown().await)?;
    server.stop().await
}

#[tokio::test]
async fn routes_start_with_the_first_request_where_nothing_can_be_awaited() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let hub = routes.hub();
    let server = Axum::start(Router::new().fallback_service(routes.into_service())).await?;
    let mut client = Client::connect(format!("ws://{}/", server.addr)).await?;
    assert_eq!(client.text().await?, "/ at [] [/]");
    assert_eq!(ask(&mut client, "hello").await?, "hello");
    assert_eq!(hub.subscribers("nobody"), 0);
    client.leave().await?;
    server.stop().await
}
