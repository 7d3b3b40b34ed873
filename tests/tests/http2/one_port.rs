//! HTTP/1.1 and HTTP/2 on one port, with TLS and without.

use http::Request;
use wsrack::{Http2, Tls};
use wsrack_tests::{Authority, Http2Client, Raw, Result, Served, raw::frame, raw::handshake};

use super::{ours, routes, serve, served};

#[tokio::test]
async fn http_1_is_served_however_it_comes() -> Result {
    let server = served().await?;
    let mut whole = Raw::open(server.addr(), "/ws").await?;
    assert!(whole.frame().await?.1.starts_with(b"HTTP/1.1 GET"));
    whole.send(frame(0x81, b"here")).await?;
    assert_eq!(whole.frame().await?, (0x81, b"here".to_vec()));

    let mut in_pieces = Raw::connect(server.addr()).await?;
    for byte in [handshake("/ws").as_bytes(), &frame(0x81, b"byte by byte")].concat() {
        in_pieces.send([byte]).await?;
        tokio::task::yield_now().await;
    }
    assert_eq!(in_pieces.answer().await?.status(), 101);
    in_pieces.frame().await?;
    assert_eq!(in_pieces.frame().await?, (0x81, b"byte by byte".to_vec()));

    // All at once, and longer than what tells the versions apart.
    let mut together = Raw::connect(server.addr()).await?;
    let message = vec![7; 100_000];
    together.send([handshake("/ws").as_bytes(), &frame(0x82, &message)].concat()).await?;
    assert_eq!(together.answer().await?.status(), 101);
    together.frame().await?;
    assert_eq!(together.frame().await?, (0x82, message));

    // It begins as the other does.
    let mut like = Raw::connect(server.addr()).await?;
    like.send("PRI * HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    assert_ne!(like.head().await?.status(), 200);
    drop((whole, in_pieces, together, like));
    server.stop().await
}

#[tokio::test]
async fn the_preface_may_come_in_pieces() -> Result {
    let server = served().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    for byte in *b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" {
        raw.send([byte]).await?;
        tokio::task::yield_now().await;
    }
    // A SETTINGS frame is the first that a server sends.
    assert_eq!(raw.take(9).await?[3], 4);
    drop(raw);
    server.stop().await
}

async fn secured(authority: &Authority, http2: bool) -> Result<Served> {
    let certified = authority.certify(&["localhost"])?;
    let server = routes().server().tls(ours(Tls::from_pem(certified.pem(), certified.key_pem()))?);
    serve(if http2 { server.http2(Http2::new()) } else { server }).await
}

#[tokio::test]
async fn over_tls_the_client_chooses() -> Result {
    let authority = Authority::new()?;
    let server = secured(&authority, true).await?;

    let stream = authority.client(&[b"h2", b"http/1.1"])?.connect(server.addr(), "localhost").await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let mut client = Http2Client::over(stream).await?;
    let mut raw = client.open("/ws", &[("origin", "https://example.org")]).await?;
    assert_eq!(raw.frame().await?, (0x81, b"HTTP/2 CONNECT /ws example.org  https -".to_vec()));
    let page = client.ask(Request::get("https://example.org/page").body(())?).await?;
    assert_eq!(page.body(), "a page");

    for protocols in [&[&b"http/1.1"[..]][..], &[]] {
        let mut raw = authority.client(protocols)?.open(server.addr(), "/ws").await?;
        assert!(raw.frame().await?.1.starts_with(b"HTTP/1.1 GET"));
    }
    drop((raw, client));
    server.stop().await
}

#[tokio::test]
async fn http_2_is_not_offered_unasked() -> Result {
    let authority = Authority::new()?;
    let server = secured(&authority, false).await?;
    let stream = authority.client(&[b"h2", b"http/1.1"])?.connect(server.addr(), "localhost").await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    drop(stream);
    server.stop().await?;

    let server = Served::start(routes()).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await?;
    assert_eq!(raw.rest().await?, b"");
    server.stop().await
}
