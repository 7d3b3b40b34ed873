//! nginx and haproxy in front, as their manuals say.

use wsrack_tests::{Front, Raw, Result, Served};

use super::{CLIENT, Told, ask, connect, serve, told};

/// What a client sends that would like to be somebody else.
const SPOOFED: &str = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: ftp\r\n";

/// A conversation through a proxy, from an address of which it can be told.
async fn through(front: &Front, headers: &str) -> Result<(Told, String)> {
    let (mut raw, own) = connect(CLIENT, front.addr()).await?;
    let told = ask(&mut raw, b"", headers).await?;
    raw.send(wsrack_tests::raw::frame(0x81, b"hello")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    Ok((told, own.to_string()))
}

/// The client as PROXY tells it: with its port, and where it connected to.
async fn is_passed_on(front: &Front, server: Served) -> Result {
    for headers in ["", SPOOFED] {
        let (told, own) = through(front, headers).await?;
        assert_eq!((told.remote, told.local), (own, front.addr().to_string()));
        assert_eq!((&*told.remote_addr, &*told.scheme, &*told.host), (CLIENT, "http", "example.org"));
    }
    server.stop().await
}

/// The client as headers tell it: its address alone.
async fn is_told(front: &Front, server: Served) -> Result {
    for headers in ["", SPOOFED] {
        let (told, _) = through(front, headers).await?;
        assert_eq!((&*told.remote, &*told.remote_addr), ("127.0.0.2:0", CLIENT));
        assert_eq!((&*told.scheme, &*told.host, &*told.server_port), ("https", "example.org", "443"));
    }
    // A page from behind the TLS that the proxy says there is.
    let (told, _) = through(front, "Origin: https://example.org\r\n").await?;
    assert_eq!(told.scheme, "https");
    server.stop().await
}

#[tokio::test]
async fn nginx_with_proxy_version_1() -> Result {
    let server = serve().await?;
    let stream =
        format!("stream {{ server {{ listen LISTEN; proxy_pass {}; proxy_protocol on; }} }}", server.addr());
    let Some(front) = Front::nginx(&stream).await? else { return Ok(()) };
    is_passed_on(&front, server).await
}

/// nginx's HTTP with its folders, and these directives beside those of a WebSocket.
fn nginx_http(server: &Served, directives: &str) -> String {
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path FOLDER/{name};"))
        .join(" ");
    format!(
        "http {{ access_log off; {folders} server {{ listen LISTEN; location / {{ proxy_pass http://{}; \
         proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; \
         {directives} }} }} }}",
        server.addr()
    )
}

#[tokio::test]
async fn nginx_with_x_forwarded_for() -> Result {
    let server = serve().await?;
    let directives = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header Forwarded \"\"; \
                      proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Host $host;";
    let Some(front) = Front::nginx(&nginx_http(&server, directives)).await? else { return Ok(()) };
    is_told(&front, server).await
}

#[tokio::test]
async fn nginx_with_forwarded() -> Result {
    let server = serve().await?;
    let directives =
        "proxy_set_header Forwarded \"for=\\\"$remote_addr\\\";proto=https;host=\\\"$http_host\\\"\";";
    let Some(front) = Front::nginx(&nginx_http(&server, directives)).await? else { return Ok(()) };
    is_told(&front, server).await
}

/// haproxy that passes bytes on.
fn haproxy_tcp(server: &Served, how: &str) -> String {
    format!("listen front\n  mode tcp\n  bind LISTEN\n  server app {} {how}\n", server.addr())
}

/// haproxy that reads HTTP.
fn haproxy_http(server: &Served, rules: &str) -> String {
    format!(
        "listen front\n  mode http\n  bind LISTEN\n  timeout tunnel 30s\n  {rules}\n  server app {}\n",
        server.addr()
    )
}

#[tokio::test]
async fn haproxy_with_proxy_version_1() -> Result {
    let server = serve().await?;
    let Some(front) = Front::haproxy("127.0.0.1:0", &haproxy_tcp(&server, "send-proxy")).await? else {
        return Ok(());
    };
    is_passed_on(&front, server).await
}

#[tokio::test]
async fn haproxy_with_proxy_version_2_and_a_checksum() -> Result {
    let server = serve().await?;
    let how = "send-proxy-v2 proxy-v2-options crc32c,unique-id";
    let Some(front) = Front::haproxy("127.0.0.1:0", &haproxy_tcp(&server, how)).await? else { return Ok(()) };
    is_passed_on(&front, server).await
}

#[tokio::test]
async fn haproxy_with_a_client_by_ipv6() -> Result {
    for how in ["send-proxy", "send-proxy-v2"] {
        let server = serve().await?;
        if std::net::TcpListener::bind("[::1]:0").is_err() {
            return Ok(());
        }
        let Some(front) = Front::haproxy("[::1]:0", &haproxy_tcp(&server, how)).await? else { return Ok(()) };
        let stream = tokio::net::TcpStream::connect(front.addr()).await?;
        let own = stream.local_addr()?;
        let mut raw = Raw::over(stream);
        raw.send(super::request("")).await?;
        let told = told(&mut raw).await?;
        assert_eq!((told.remote, told.remote_addr), (own.to_string(), "::1".to_owned()));
        assert_eq!(told.local, front.addr().to_string());
        drop(raw);
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn haproxy_with_x_forwarded_for() -> Result {
    let server = serve().await?;
    let rules = "option forwardfor\n  http-request del-header Forwarded\n  http-request set-header \
                 X-Forwarded-Proto https\n  http-request set-header X-Forwarded-Host %[req.hdr(host)]";
    let Some(front) = Front::haproxy("127.0.0.1:0", &haproxy_http(&server, rules)).await? else {
        return Ok(());
    };
    is_told(&front, server).await
}

#[tokio::test]
async fn haproxy_with_forwarded() -> Result {
    let server = serve().await?;
    let rules = "http-request set-header Forwarded 'for=\"%[src]\";proto=https;host=\"%[req.hdr(host)]\"'";
    let Some(front) = Front::haproxy("127.0.0.1:0", &haproxy_http(&server, rules)).await? else {
        return Ok(());
    };
    is_told(&front, server).await
}

#[tokio::test]
async fn two_proxies_in_a_row() -> Result {
    let server = serve().await?;
    let inner = "option forwardfor\n  http-request del-header Forwarded";
    let Some(inner) = Front::haproxy("127.0.0.1:0", &haproxy_http(&server, inner)).await? else {
        return Ok(());
    };
    let directives = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header Forwarded \"\"; \
                      proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Host $host;";
    let outer =
        nginx_http(&server, directives).replace(&server.addr().to_string(), &inner.addr().to_string());
    let Some(front) = Front::nginx(&outer).await? else { return Ok(()) };
    is_told(&front, server).await
}
