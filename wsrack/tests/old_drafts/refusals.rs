//! Requests that are no good handshakes, and frames that no draft allows.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wsrack::Draft;

use super::client::{Client, Said};
use super::request::{KEY, head, whole};
use super::{PATIENCE, Server};

/// The status and the body of an answer that ends the connection.
async fn refused(addr: SocketAddr, request: &[u8]) -> (String, String) {
    let mut client = Client::start(addr, Draft::Rfc6455, request).await;
    let status = client.head.split(' ').nth(1).unwrap().to_owned();
    assert_ne!(status, "101", "{}", client.head);
    assert_eq!(client.header("connection").as_deref(), Some("close"), "{}", client.head);
    (status, String::from_utf8(client.rest().await).unwrap())
}

#[tokio::test]
async fn broken_handshakes_get_a_4xx_and_a_close() {
    let server = Server::start().await;
    let early = |more: &[&str]| whole(Draft::Hixie76, "/demo", more);
    let replaced = |old: &str, new: &str| {
        let head = String::from_utf8(early(&[])).unwrap();
        assert!(head.contains(old), "{head}");
        head.replace(old, new).into_bytes()
    };
    for (what, request, status, body) in [
        (
            "a key without a blank",
            replaced("4 @1  46546xW%0l 1 5", "4@146546"),
            "400",
            "has no digit, no blank",
        ),
        ("a key without a digit", replaced("4 @1  46546xW%0l 1 5", "a b c"), "400", "has no digit, no blank"),
        ("a key that does not divide", replaced("4 @1  46546xW%0l 1 5", "1 2 3 4"), "400", "divide evenly"),
        (
            "a quotient beyond 32 bits",
            replaced("4 @1  46546xW%0l 1 5", "42949 67296"),
            "400",
            "divide evenly",
        ),
        ("one key missing", replaced("Sec-WebSocket-Key1", "X-Key1"), "400", "header is missing"),
        ("a key twice", early(&["Sec-WebSocket-Key1: 1 2"]), "400", "more than once"),
        ("an unknown number", early(&["Sec-WebSocket-Draft: 9"]), "400", "not a number from 0 to 3"),
        ("a foreign page", replaced("http://example.com", "http://evil.example"), "403", "this origin"),
        ("no host", replaced("Host: example.com\r\n", ""), "400", "the Host header is missing"),
        ("a body of nine bytes", early(&["Content-Length: 9"]), "400", "has no body"),
        ("a post", replaced("GET", "POST"), "405", "GET request"),
        ("no upgrade", replaced("Upgrade: WebSocket\r\n", ""), "426", ""),
        (
            "an application that says no",
            whole(Draft::Hixie76, "/demo?refuse", &[]),
            "401",
            "a token is needed",
        ),
        ("a route without it", whole(Draft::Hixie76, "/modern", &[]), "400", "not spoken here"),
        ("a page", whole(Draft::Hixie76, "/page", &[]), "200", "a page"),
        ("nothing there", whole(Draft::Hybi03, "/nowhere", &[]), "404", "Not Found"),
        (
            "hixie-75, a foreign page",
            head(Draft::Hixie75, "/demo", &["Origin: http://evil.example"]),
            "403",
            "this origin",
        ),
        (
            "hixie-75, an application that says no",
            head(Draft::Hixie75, "/demo?refuse", &[]),
            "401",
            "a token",
        ),
        ("hixie-75, a route without it", head(Draft::Hixie75, "/modern", &[]), "400", "not spoken here"),
    ] {
        let (is, text) = refused(server.addr, &request).await;
        assert_eq!(is, status, "{what}: {text}");
        assert!(text.contains(body), "{what}: {text}");
        assert!(!text.contains("HTTP/1.1"), "{what}: what follows the head is no request: {text}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_modern_request_never_becomes_an_older_one() {
    let server = Server::start().await;
    let key = format!("Sec-WebSocket-Key: {KEY}");
    for (more, status) in [
        (&[&*key][..], "400"),
        (&["Sec-WebSocket-Protocol: sample"], "400"),
        (&["Sec-WebSocket-Version: 12", &key], "426"),
        (&["Sec-WebSocket-Version: 76", &key], "426"),
        (&["Sec-WebSocket-Version: 13"], "400"),
        (&["Sec-WebSocket-Version: "], "400"),
    ] {
        for draft in [Draft::Hixie75, Draft::Hixie76] {
            if draft == Draft::Hixie76 && !more[0].starts_with("Sec-WebSocket-Version") {
                continue; // that is an early draft
            }
            let client = Client::start(server.addr, Draft::Rfc6455, &head(draft, "/demo", more)).await;
            assert!(client.head.starts_with(&format!("HTTP/1.1 {status} ")), "{more:?}: {}", client.head);
            if status == "426" {
                let versions = client.header("sec-websocket-version");
                assert_eq!(versions.as_deref(), Some("13, 8, 7, 6, 5, 4"));
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn line_breaks_do_not_get_into_the_answer() {
    let server = Server::start().await;
    for (what, field) in [
        ("a folded field", "Origin: http://example.com\r\n X-Evil: 1"),
        ("a bare CR", "X: a\rX-Evil: 1"),
        ("a NUL", "X: a\0b"),
        ("a bare LF", "X: a\n\x01: b"),
    ] {
        for draft in [Draft::Hixie75, Draft::Hixie76] {
            let request = whole(draft, "/demo", &[field]);
            let client = Client::start(server.addr, Draft::Rfc6455, &request).await;
            assert!(client.head.starts_with("HTTP/1.1 400 "), "{what}: {}", client.head);
            assert!(!client.head.contains("X-Evil"), "{what}: {}", client.head);
        }
    }
    let target = head(Draft::Hixie75, "/demo\rX-Evil:1", &[]);
    let client = Client::start(server.addr, Draft::Rfc6455, &target).await;
    assert!(client.head.starts_with("HTTP/1.1 400 "), "{}", client.head);
    server.stop().await;
}

#[tokio::test]
async fn an_endless_head_is_not_read_for_ever() {
    let server = Server::start().await;
    for draft in [Draft::Hixie75, Draft::Hixie76] {
        let endless = format!("X-Long: {}", "x".repeat(2 << 20));
        let request = whole(draft, "/demo", &[&endless]);
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        // The server may have closed the stream before it has taken all.
        let _closed = timeout(PATIENCE, stream.write_all(&request)).await.unwrap();
        let mut answer = Vec::new();
        let _reset = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_eq!(server.handle.connections(), 0);
    server.stop().await;
}

#[tokio::test]
async fn forbidden_frames_end_the_connection() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let broken: &[fn(&Client) -> Vec<u8>] = match draft {
            Draft::Hixie75 | Draft::Hixie76 => &[
                |_| vec![0x01],
                |_| vec![0x7f, 0x00],
                |_| [&[0x80][..], &[0xff; 9]].concat(),
                |_| [&[0x00][..], &vec![b'a'; 66_000]].concat(),
            ],
            _ => &[
                |client| client.frame(true, 0x0, b"continues nothing"),
                |client| client.frame(false, 0x9, b"a ping in parts"),
                |client| [client.frame(false, 0x1, b"one"), client.frame(true, 0x1, b"two")].concat(),
                |client| client.frame(true, 0x9, &[0; 126]),
                |client| client.frame(true, 0x7, b""),
            ],
        };
        for frames in broken {
            let mut client = server.connect(draft).await;
            client.next_text().await;
            client.raw(&frames(&client)).await;
            let end = client.next().await;
            assert!(matches!(end, Said::Close(_)) || draft == Draft::Hixie75, "{draft}: {end:?}");
            assert_eq!(client.next().await, Said::End, "{draft}");
            drop(client);
            let (code, was_clean, cause) = server.end().await;
            assert_eq!((was_clean, cause), (false, wsrack::Cause::Protocol), "{draft}");
            assert_eq!(code == 1006, !draft.has_close_code(), "{draft}: {code}");
        }
    }
    server.stop().await;
}
