//! WebSockets in streams.

use http::Request;
use wsrack_tests::{Http2Client, Result, raw::frame};

use super::{routes, serve, served};

const TOLD: &[u8] = b"HTTP/2 CONNECT /ws/room?a=1 example.org /room http -";

#[tokio::test]
async fn the_application_sees_the_same_as_over_http_1() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut raw = client.open("/ws/room?a=1", &[]).await?;
    assert!(client.knows_extended_connect());
    assert_eq!(raw.frame().await?, (0x81, TOLD.to_vec()));
    let large: Vec<u8> = (0..=250).cycle().take(3 << 20).collect();
    raw.send([frame(0x81, b"one"), frame(0x82, &large), frame(0x89, b"two")].concat()).await?;
    assert_eq!(raw.frame().await?, (0x81, b"one".to_vec()));
    assert!(raw.frame().await? == (0x82, large), "another message");
    assert_eq!(raw.frame().await?, (0x8a, b"two".to_vec()));
    raw.send(frame(0x88, b"\x03\xe8")).await?;
    assert_eq!(raw.rest().await?, b"\x88\x02\x03\xe8");
    server.stop().await
}

#[tokio::test]
async fn subprotocols_and_compression_are_agreed_on() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let chat = client.open("/ws", &[("sec-websocket-protocol", "other, chat")]).await?.into_inner();
    assert_eq!(chat.response.status(), 200);
    assert_eq!(chat.response.headers()["sec-websocket-protocol"], "chat");
    for name in ["upgrade", "connection", "sec-websocket-accept", "sec-websocket-extensions"] {
        assert!(!chat.response.headers().contains_key(name), "{name}");
    }
    let offer = ("sec-websocket-extensions", "permessage-deflate");
    let packed =
        client.open("/packed", &[offer, ("origin", "https://elsewhere.example")]).await?.into_inner();
    let agreed = packed.response.headers()["sec-websocket-extensions"].to_str()?;
    assert!(agreed.starts_with("permessage-deflate"), "{agreed}");
    drop((chat, packed));
    server.stop().await
}

#[tokio::test]
async fn one_connection_carries_many_websockets_and_requests() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(client.open("/ws/room?a=1", &[]).await?);
    }
    assert_eq!(server.handle().connections(), 50);
    for (at, raw) in open.iter_mut().enumerate() {
        raw.send(frame(0x81, at.to_string().as_bytes())).await?;
    }
    let page = client.ask(Request::get("http://example.org/page").body(())?).await?;
    assert_eq!((page.status().as_u16(), &**page.body()), (200, "a page"));
    for (at, raw) in open.iter_mut().enumerate() {
        assert_eq!(raw.frame().await?, (0x81, TOLD.to_vec()));
        assert_eq!(raw.frame().await?, (0x81, at.to_string().into_bytes()));
    }
    // A client that goes takes all of them along.
    drop((open, client));
    server.stop().await
}

#[tokio::test]
async fn no_more_streams_than_allowed_are_open_at_a_time() -> Result {
    let server = serve(routes().server().http2(wsrack::Http2::new().max_streams(2))).await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let first = client.open("/ws", &[]).await?;
    let _second = client.open("/ws", &[]).await?;
    let page = || Request::get("http://example.org/page").body(());
    let third = tokio::time::timeout(std::time::Duration::from_millis(100), client.ask(page()?)).await;
    assert!(third.is_err(), "it waits");
    drop(first);
    assert_eq!(client.ask(page()?).await?.body(), "a page");
    server.stop().await
}

#[tokio::test]
async fn a_client_that_takes_nothing_holds_back_itself_alone() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut deaf = client.open("/ws", &[]).await?;
    let mut other = client.open("/ws", &[]).await?;
    // What comes back fills its window, then what goes there fills the server's: not all of it is taken.
    let message = frame(0x82, &vec![7; 1 << 20]);
    let refused = tokio::time::timeout(std::time::Duration::from_millis(500), async {
        loop {
            deaf.send(&message).await?;
        }
        #[expect(unreachable_code, reason = "names the type")]
        Result::Ok(())
    });
    assert!(refused.await.is_err(), "the server takes all there is");
    other.frame().await?;
    other.send(frame(0x81, b"here")).await?;
    assert_eq!(other.frame().await?, (0x81, b"here".to_vec()));
    drop((deaf, other, client));
    server.stop().await
}
