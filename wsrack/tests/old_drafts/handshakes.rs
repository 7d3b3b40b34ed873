//! The answers to good handshakes, to the byte, however the request comes.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use wsrack::Draft;

use super::client::{Client, Said};
use super::request::{ACCEPT, KEY3, has_challenge, head, whole};
use super::{PATIENCE, Server};

#[tokio::test]
async fn every_draft_is_answered_to_the_byte() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let name = if draft == Draft::Hixie75 { "WebSocket-Protocol" } else { "Sec-WebSocket-Protocol" };
        let request = whole(draft, "/demo?a=b", &[&format!("{name}: sample")]);
        let mut client = Client::start(server.addr, draft, &request).await;
        let (status, fields) = client.head.split_once("\r\n").unwrap();
        match draft {
            Draft::Hixie75 => {
                assert_eq!(status, "HTTP/1.1 101 Web Socket Protocol Handshake");
                assert_eq!(
                    fields,
                    "Upgrade: WebSocket\r\nConnection: Upgrade\r\nWebSocket-Origin: http://example.com\r\n\
                     WebSocket-Location: ws://example.com/demo?a=b\r\nWebSocket-Protocol: sample\r\n\r\n"
                );
            }
            draft if has_challenge(draft) => {
                assert_eq!(status, "HTTP/1.1 101 WebSocket Protocol Handshake");
                assert_eq!(
                    fields,
                    "Upgrade: WebSocket\r\nConnection: Upgrade\r\n\
                     Sec-WebSocket-Location: ws://example.com/demo?a=b\r\n\
                     Sec-WebSocket-Origin: http://example.com\r\nSec-WebSocket-Protocol: sample\r\n\r\n"
                );
            }
            draft => {
                assert_eq!(status, "HTTP/1.1 101 Switching Protocols");
                assert_eq!(client.header("upgrade").as_deref(), Some("websocket"));
                assert_eq!(client.header("connection").as_deref(), Some("Upgrade"));
                assert_eq!(client.header("sec-websocket-accept").as_deref(), Some(ACCEPT));
                assert_eq!(client.header("sec-websocket-protocol").as_deref(), Some("sample"));
                assert_eq!(client.header("sec-websocket-nonce").is_some(), draft == Draft::Hybi04);
            }
        }
        assert_eq!(client.next_text().await, format!("{draft} /demo sample"));
        client.text("Hello").await;
        assert_eq!(client.next_text().await, "Hello");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_key_behind_the_head_may_come_later() {
    let server = Server::start().await;
    let head = head(Draft::Hixie76, "/demo", &[]);
    for cut in 0..=KEY3.len() {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&[&head, &KEY3[..cut]].concat()).await.unwrap();
        // Another whole handshake in between: by then the server has seen the first part.
        server.connect(Draft::Hixie75).await.next_text().await;
        stream.write_all(&KEY3[cut..]).await.unwrap();
        let mut client = Client::answered(stream, Draft::Hixie76).await;
        assert_eq!(client.next_text().await, "hixie-76 /demo none", "cut at {cut}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_key_may_be_announced_as_a_body() {
    let server = Server::start().await;
    for later in [false, true] {
        let head = head(Draft::Hixie76, "/demo", &["Content-Length: 8"]);
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(&head).await.unwrap();
        if later {
            server.connect(Draft::Hixie75).await.next_text().await;
        }
        stream.write_all(&[KEY3, b"\0Hello\xff"].concat()).await.unwrap();
        let mut client = Client::answered(stream, Draft::Hixie76).await;
        assert_eq!(client.next_text().await, "hixie-76 /demo none");
        assert_eq!(client.next_text().await, "Hello");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_key_may_hold_any_bytes() {
    let server = Server::start().await;
    for (key, proof) in [
        (*b"\r\n\r\n\r\n\r\n", md5(*b"\r\n\r\n\r\n\r\n")),
        (*b"GET / HT", md5(*b"GET / HT")),
        (*b"\0\xff\0\xff\0\xff\0\xff", md5(*b"\0\xff\0\xff\0\xff\0\xff")),
    ] {
        let request = [&head(Draft::Hixie76, "/demo", &[])[..], &key].concat();
        // As a draft without a proof: it is read as what comes behind the head.
        let mut client = Client::start(server.addr, Draft::Hixie75, &request).await;
        client.raw(&[0xff, 0x00]).await;
        let rest = client.rest().await;
        assert_eq!(rest[..16], proof);
        assert_eq!(rest[16..], *b"\0hixie-76 /demo none\xff\xff\0");
    }
    server.stop().await;
}

#[tokio::test]
async fn frames_may_come_with_the_handshake() {
    let server = Server::start().await;
    for draft in [Draft::Hixie75, Draft::Hixie76, Draft::Hybi03, Draft::Hybi06] {
        let hello = server.connect(draft).await.frame(true, 0x1, b"Hello");
        let request = [whole(draft, "/demo", &[]), hello].concat();
        let mut client = Client::start(server.addr, draft, &request).await;
        client.next_text().await;
        assert_eq!(client.next_text().await, "Hello", "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn headers_of_a_layer_reach_the_client() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = Client::open(server.addr, "/layered", draft).await;
        assert_eq!(client.header("set-cookie").as_deref(), Some("a=1"), "{draft}");
        client.text("abc").await;
        assert_eq!(client.next_text().await, "abc", "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_that_never_comes_is_not_awaited_for_ever() {
    let server = Server::start().await;
    let announced = head(Draft::Hixie76, "/demo", &["Content-Length: 8"]);
    for request in [head(Draft::Hixie76, "/demo", &[]), announced] {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(&[&request[..], &KEY3[..7]].concat()).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer);
        // Closed or reset, before the patience of anybody ends.
        let _closed = timeout(PATIENCE, read).await.expect("the server gives up");
        assert!(!answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(server.handle.connections(), 0);
    server.stop().await;
}

#[tokio::test]
async fn an_early_handshake_is_a_connections_first_request() {
    let server = Server::start().await;
    let page = b"GET /page HTTP/1.1\r\nHost: example.com\r\n\r\n";
    let request = [&page[..], &whole(Draft::Hixie76, "/demo", &[])].concat();
    let mut client = Client::start(server.addr, Draft::Rfc6455, &request).await;
    assert!(client.head.starts_with("HTTP/1.1 200 "), "{}", client.head);
    let rest = String::from_utf8(client.rest().await).unwrap();
    assert!(rest.starts_with("a pageHTTP/1.1 400 "), "{rest}");
    assert_eq!(rest.matches("HTTP/1.1").count(), 1, "the key is no request: {rest}");
    server.stop().await;
}

#[tokio::test]
async fn an_application_may_turn_away_with_a_close() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = Client::open(server.addr, "/demo?turn-away", draft).await;
        let expected = match draft {
            Draft::Hixie75 => Said::End,
            Draft::Hybi05 => Said::Close("S".into()),
            draft if draft.has_close_code() => {
                Said::Close([&4401_u16.to_be_bytes()[..], b"expired"].concat().into())
            }
            _ => Said::Close("".into()),
        };
        assert_eq!(client.next().await, expected, "{draft}");
    }
    server.stop().await;
}

/// The proof for the keys of the example.
fn md5(key: [u8; 8]) -> [u8; 16] {
    use md5::{Digest, Md5};
    let numbers = [829_309_203_u32.to_be_bytes(), 259_970_620_u32.to_be_bytes()].concat();
    Md5::digest([&numbers[..], &key].concat()).into()
}
