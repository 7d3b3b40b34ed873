//! Messages over TLS, from the handshake to the end.

use tokio::io::AsyncReadExt as _;
use tokio_rustls::rustls::HandshakeKind;
use wsrack::Tls;
use wsrack_tests::{Authority, Raw, Result, raw::frame, raw::handshake};

use super::{ours, routes, serve, served};

#[tokio::test]
async fn messages_go_both_ways_and_the_application_knows_of_tls() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let mut raw = authority.client(&[])?.open(server.addr(), "/?tell").await?;
    assert_eq!(raw.frame().await?, (0x81, b"https []".to_vec()));
    assert_eq!(raw.frame().await?, (0x81, Vec::new()));
    // More than a record holds, and in one write: one read of the server's has a part of it.
    let large: Vec<u8> = (0..=250).cycle().take(1 << 19).collect();
    raw.send([frame(0x81, b"one"), frame(0x82, &large), frame(0x89, b"two")].concat()).await?;
    assert_eq!(raw.frame().await?, (0x81, b"one".to_vec()));
    assert!(raw.frame().await? == (0x82, large), "another message");
    assert_eq!(raw.frame().await?, (0x8a, b"two".to_vec()));
    raw.send(frame(0x88, b"\x03\xe8")).await?;
    // The end is TLS's own, too: a stream that is cut would be an error here.
    assert_eq!(raw.rest().await?, b"\x88\x02\x03\xe8");
    server.stop().await
}

#[tokio::test]
async fn much_in_both_directions_is_held_back_and_not_lost() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let raw = authority.client(&[])?.open(server.addr(), "/").await?;
    let (mut reading, writing) = tokio::io::split(raw.into_inner());
    let messages = 100;
    let payload = vec![7; 60_000];
    let message = frame(0x82, &payload);
    let sent = tokio::spawn(async move {
        let mut raw = Raw::over(tokio::io::join(tokio::io::empty(), writing));
        for _ in 0..messages {
            raw.send(&message).await?;
        }
        Ok::<_, wsrack_tests::Failure>(raw)
    });
    let mut answers = vec![0; messages * 60_004];
    let read = tokio::time::timeout(std::time::Duration::from_mins(1), reading.read_exact(&mut answers));
    read.await??;
    assert!(
        answers.chunks(60_004).all(|answer| answer[..4] == [0x82, 126, 0xea, 0x60] && answer[4..] == payload)
    );
    drop((sent.await??, reading));
    server.stop().await
}

#[tokio::test]
async fn a_stop_closes_with_1001_and_ends_tls() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let mut raw = authority.client(&[])?.open(server.addr(), "/").await?;
    // Nobody waits for a handshake that has only begun.
    let _silent = tokio::net::TcpStream::connect(server.addr()).await?;
    let stopped = server.stop();
    let told = async {
        let (kind, close) = raw.frame().await?;
        assert_eq!((kind, &close[..2]), (0x88, &b"\x03\xe9"[..]));
        raw.send(frame(0x88, b"\x03\xe9")).await?;
        assert_eq!(raw.rest().await?, b"");
        Ok::<_, wsrack_tests::Failure>(())
    };
    let (stopped, told) = tokio::join!(stopped, told);
    stopped.and(told)
}

#[tokio::test]
async fn a_page_of_the_same_host_may_connect_and_no_other() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    for (origin, status) in [("https://example.org", 101), ("https://example.net", 403)] {
        let mut raw = Raw::over(authority.client(&[])?.connect(server.addr(), "localhost").await?);
        let request = handshake("/").replace("\r\n\r\n", &format!("\r\nOrigin: {origin}\r\n\r\n"));
        raw.send(request).await?;
        assert_eq!(raw.head().await?.status(), status, "{origin}");
    }
    server.stop().await
}

#[tokio::test]
async fn the_location_of_an_old_draft_is_wss() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let mut raw = Raw::over(authority.client(&[])?.connect(server.addr(), "localhost").await?);
    raw.send("GET /old HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nHost: a\r\n\r\n").await?;
    assert_eq!(raw.head().await?.header("websocket-location"), Some("wss://a/old"));
    raw.send(b"\0hello\xff").await?;
    assert_eq!(raw.take(7).await?, b"\0hello\xff");
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn a_client_comes_back_without_a_full_handshake() -> Result {
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let client = authority.client(&[])?;
    for kind in [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed] {
        // The ticket comes behind the handshake, so it is read with the answer.
        let stream = client.open(server.addr(), "/").await?.into_inner();
        assert_eq!(stream.get_ref().1.handshake_kind(), Some(kind));
    }
    server.stop().await
}

#[tokio::test]
async fn a_certificate_for_development_takes_one_line() -> Result {
    let server = serve(routes().server().tls(ours(Tls::self_signed(["localhost"]))?)).await?;
    let refused = Authority::new()?.client(&[])?.connect(server.addr(), "localhost").await;
    let error = format!("{:?}", refused.unwrap_err());
    assert!(error.contains("UnknownIssuer"), "{error}");
    server.stop().await
}
