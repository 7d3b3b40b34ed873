//! Requests that become no WebSocket.

use h2::ext::Protocol;
use http::{HeaderValue, Request};
use wsrack_tests::{Http2Client, Result, http2::connect};

use super::served;

type Edit = fn(&mut Request<()>);

#[tokio::test]
async fn each_wrong_handshake_is_told_what_is_wrong() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let rows: &[(Edit, &str)] = &[
        (
            |request| {
                request.headers_mut().remove("sec-websocket-version");
            },
            "400 over HTTP/2 Sec-WebSocket-Version is 13, once: older versions are spoken over HTTP/1.1 only",
        ),
        (
            |request| {
                drop(request.headers_mut().insert("sec-websocket-version", HeaderValue::from_static("8")));
            },
            "400 over HTTP/2 Sec-WebSocket-Version is 13, once: older versions are spoken over HTTP/1.1 only",
        ),
        (
            |request| {
                request.extensions_mut().insert(Protocol::from_static("connect-udp"));
            },
            "501 `:protocol` is not `websocket`, and no other protocol is spoken here",
        ),
        (
            |request| {
                drop(
                    request.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example")),
                );
            },
            "403 pages of this origin may not connect",
        ),
        (|request| *request.uri_mut() = http::Uri::from_static("http://example.org/nowhere"), "404 "),
    ];
    for (edit, expected) in rows {
        let mut request = connect("/ws");
        edit(&mut request);
        let told = format!("{:?}", client.open_by(request).await.unwrap_err());
        assert!(told.starts_with(expected), "{told}");
    }
    server.stop().await
}

#[tokio::test]
async fn a_plain_request_is_told_how_a_websocket_is_opened() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let answer = client.ask(Request::get("http://example.org/ws").body(())?).await?;
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.headers()["allow"], "CONNECT");
    assert_eq!(
        answer.body(),
        "this is a WebSocket; over HTTP/2 it is opened by an extended CONNECT (RFC 8441)"
    );
    server.stop().await
}
