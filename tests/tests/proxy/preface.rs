//! PROXY on bare sockets.

use tokio::net::UnixStream;
use wsrack_tests::{Logged, Raw, Result, raw::handshake};

use super::{CLIENT, Tell, Told, ask, connect, request, serve, told};

const LINE: &[u8] = b"PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n";

/// The same in version 2, with an entry behind the addresses.
const BINARY: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13\xcb\0\x71\x09\xc0\0\x02\x01\xdc\x04\x01\xbb\x04\0\x04\0\0\0\0";

const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

fn is_client(told: &Told) {
    assert_eq!((&*told.remote, &*told.local), ("203.0.113.9:56324", "192.0.2.1:443"));
    assert_eq!((&*told.remote_addr, &*told.scheme, &*told.host), ("203.0.113.9", "http", "example.org"));
}

#[tokio::test]
async fn an_application_sees_the_client() -> Result {
    let server = serve().await?;
    for header in [LINE, BINARY] {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        is_client(&ask(&mut raw, header, "").await?);
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        raw.send([header, b"GET /who HTTP/1.1\r\nHost: x\r\n\r\n"].concat()).await?;
        assert_eq!(raw.answer().await?.body, "203.0.113.9:56324 http -");
    }
    server.stop().await
}

#[tokio::test]
async fn byte_by_byte_as_well() -> Result {
    let server = serve().await?;
    for header in [LINE, BINARY, b"", b"\r\n"] {
        let (mut raw, own) = connect("127.0.0.1", server.addr()).await?;
        for byte in [header, request("").as_bytes()].concat() {
            raw.send([byte]).await?;
            // It is there before the next one.
            tokio::task::yield_now().await;
        }
        let told = told(&mut raw).await?;
        if header.len() > 2 { is_client(&told) } else { assert_eq!(told.remote, own.to_string()) }
    }
    server.stop().await
}

#[tokio::test]
async fn a_proxy_may_speak_for_itself_or_not_at_all() -> Result {
    let server = serve().await?;
    let from = "Forwarded: for=203.0.113.9\r\n";
    for (header, headers, is_told) in [
        (LOCAL, "", false),
        (LOCAL, from, true),
        (b"", from, true),
        (b"PROXY UNKNOWN\r\n", "", false),
        // Its headers are not the proxy's then, but of somebody whom it does not name.
        (b"PROXY UNKNOWN\r\n", from, false),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\0\0\0", from, false),
    ] {
        let (mut raw, own) = connect("127.0.0.1", server.addr()).await?;
        let told = ask(&mut raw, header, headers).await?;
        let expected = if is_told { "203.0.113.9:0".to_owned() } else { own.to_string() };
        assert_eq!(told.remote, expected, "{header:?} {headers}");
    }
    server.stop().await
}

#[tokio::test]
async fn the_headers_are_those_of_the_client_that_it_names() -> Result {
    let server = serve().await?;
    let spoofed = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n";
    let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
    is_client(&ask(&mut raw, LINE, spoofed).await?);
    let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
    let told = ask(&mut raw, b"PROXY TCP4 127.0.0.1 192.0.2.1 1 443\r\n", spoofed).await?;
    assert_eq!((&*told.remote, &*told.scheme), ("198.51.100.1:0", "https"), "a proxy behind a proxy");
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn outside_of_the_trusted_set_it_is_a_bad_request() -> Result {
    let server = serve().await?;
    for header in [LINE, BINARY] {
        let (mut raw, _) = connect(CLIENT, server.addr()).await?;
        raw.send([header, request("").as_bytes()].concat()).await?;
        assert_eq!(raw.answer().await?.status(), 400);
    }
    server.stop().await
}

#[tokio::test]
async fn wrong_bytes_close_the_connection_with_one_line_in_the_log() -> Result {
    let server = serve().await?;
    let long = ["PROXY UNKNOWN ", &"x".repeat(94)].concat();
    for (bytes, problem) in [
        (&b"PROXY TCP9 1.1.1.1 2.2.2.2 1 2\r\n"[..], "the protocol of version 1 is TCP4, TCP6 or UNKNOWN"),
        (b"PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", "version 1 has two addresses of its protocol and two ports"),
        (long.as_bytes(), "a line of version 1 ends within 107 bytes, with CR LF"),
        (b"\r\n\r\n\0\r\nQUIT\n\x31", "the version in the binary header is not 2"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff", "the header of version 2 has more than 4096 bytes"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\0\0\x07\x03\0\x04wxyz", "the checksum of version 2 is wrong"),
    ] {
        let logged = Logged::default();
        let guard = tracing::subscriber::set_default(logged.clone());
        let (mut raw, own) = connect("127.0.0.1", server.addr()).await?;
        raw.send(bytes).await?;
        // Bytes that nobody takes make a reset of the close.
        assert!(raw.rest().await.is_ok_and(|rest| rest.is_empty()) || raw.send(b"x").await.is_err());
        drop(guard);
        let log: Vec<_> = logged.take().into_iter().filter(|line| line.starts_with("WARN")).collect();
        assert_eq!(log.len(), 1, "{log:?}");
        let begin = format!("WARN closed a connection from {own} for its PROXY header: {problem}");
        assert!(log[0].starts_with(&begin), "{}", log[0]);
    }
    server.stop().await
}

#[tokio::test]
async fn on_a_unix_socket_it_is_whoever_connects() -> Result {
    let path = std::env::temp_dir().join(format!("wsrack-proxy-{}.sock", std::process::id()));
    let routes = wsrack::routes! { "/" => Tell };
    let server = routes.server().trusted_proxies("unix".parse().unwrap()).bind_unix(&path).await.unwrap();
    let handle = server.handle();
    let serving = tokio::spawn(server.serve());
    for (before, headers, remote) in [
        (LINE, "", "203.0.113.9:56324"),
        (BINARY, "", "203.0.113.9:56324"),
        (b"", "X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9:0"),
        (b"", "", "none"),
    ] {
        let mut raw = Raw::over(UnixStream::connect(&path).await?);
        for byte in before {
            raw.send([*byte]).await?;
        }
        raw.send(handshake("/").replace("\r\n\r\n", &format!("\r\n{headers}\r\n"))).await?;
        assert_eq!(raw.answer().await?.status(), 101);
        let told: Told = serde_json::from_slice(&raw.frame().await?.1)?;
        assert_eq!(told.remote, remote);
    }
    handle.stop();
    serving.await?.unwrap();
    Ok(())
}
