//! The environment of a request over a real socket: the keys that Rack has.

use std::collections::BTreeMap;

use wsrack::prelude::*;
use wsrack_tests::{Raw, Result, Served, raw::handshake};

/// Tells its whole environment.
struct Tell;

#[websocket_app]
impl Tell {
    #[on_open]
    fn tell(&self, env: &Env) -> Json<BTreeMap<String, String>> {
        let param = env.param("room").map(|room| ("room".to_owned(), room.to_owned()));
        let keys = env.iter().map(|(key, value)| (key.to_owned(), value.to_string()));
        let typed = [
            ("path()", env.path().to_owned()),
            ("remote_addr()", env.remote_addr().map_or_else(String::new, |addr| addr.to_string())),
            ("host()", env.host().unwrap_or_default().to_owned()),
        ];
        Json(keys.chain(param).chain(typed.map(|(key, value)| (key.to_owned(), value))).collect())
    }
}

async fn told(server: &Served, request: &str) -> Result<(BTreeMap<String, String>, std::net::SocketAddr)> {
    let stream = tokio::net::TcpStream::connect(server.addr()).await?;
    let local = stream.local_addr()?;
    let mut raw = Raw::over(stream);
    raw.send(request).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    let (_, json) = raw.frame().await?;
    Ok((serde_json::from_slice(&json)?, local))
}

#[tokio::test]
async fn the_keys_of_a_request() -> Result {
    let server = Served::start(wsrack::routes! { "/in" => { "/rooms/{room}" => Tell } }).await?;
    let headers =
        "\r\nX-Dup: 1\r\nX-Dup: 2\r\nX_Under: 3\r\nCookie: a=1\r\nCookie: b=2\r\nVersion: 9\r\n\r\n";
    let request = handshake("/in/rooms/caf%C3%A9//x?a=1&b=%20x").replace("\r\n\r\n", headers);
    let request = request.replace("Host: example.org", "Host: Example.org:8080");
    let (env, local) = told(&server, &request).await?;
    for (key, value) in [
        ("GATEWAY_INTERFACE", "CGI/1.2"),
        ("HTTP_CONNECTION", "Upgrade"),
        ("HTTP_COOKIE", "a=1; b=2"),
        ("HTTP_HOST", "Example.org:8080"),
        ("HTTP_SEC_WEBSOCKET_VERSION", "13"),
        ("HTTP_UPGRADE", "websocket"),
        ("HTTP_VERSION", "HTTP/1.1"),
        ("HTTP_X_DUP", "1, 2"),
        ("PATH_INFO", "//x"),
        ("QUERY_STRING", "a=1&b=%20x"),
        ("REMOTE_ADDR", "127.0.0.1"),
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_PATH", "/in/rooms/caf%C3%A9//x"),
        ("REQUEST_URI", "/in/rooms/caf%C3%A9//x?a=1&b=%20x"),
        ("SCRIPT_NAME", "/in/rooms/caf%C3%A9"),
        ("SERVER_NAME", "Example.org"),
        ("SERVER_PORT", "8080"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("host()", "Example.org:8080"),
        ("path()", "/in/rooms/caf%C3%A9//x"),
        ("rack.url_scheme", "http"),
        ("remote_addr()", &local.to_string()),
        ("room", "café"),
    ] {
        assert_eq!(env.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert!(env["SERVER_SOFTWARE"].starts_with("wsrack/"));
    assert!(!env.contains_key("HTTP_X_UNDER"), "it would meet `X-Under`");
    server.stop().await
}

#[tokio::test]
async fn the_server_is_named_by_the_request() -> Result {
    let server = Served::start(wsrack::routes! { "/" => Tell }).await?;
    let port = server.addr().port().to_string();
    for (request, name, expected) in [
        (handshake("/").replace("example.org", &server.addr().to_string()), "127.0.0.1", port.as_str()),
        (handshake("/").replace("example.org", "[::1]:81"), "[::1]", "81"),
        (handshake("/"), "example.org", "80"),
        (handshake("http://other.example:82/x"), "other.example", "82"),
    ] {
        let (env, _) = told(&server, &request).await?;
        assert_eq!((env["SERVER_NAME"].as_str(), env["SERVER_PORT"].as_str()), (name, expected), "{request}");
    }
    server.stop().await
}

#[tokio::test]
async fn over_ipv6_too() -> Result {
    let routes = wsrack::routes! { "/" => Tell };
    let Ok(server) = routes.bind("[::1]:0").await else { return Ok(()) };
    let server = Served::bound(server, Hub::default())?;
    let (env, _) = told(&server, &handshake("/")).await?;
    assert_eq!(env["REMOTE_ADDR"], "::1");
    server.stop().await
}
