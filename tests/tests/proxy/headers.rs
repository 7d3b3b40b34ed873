//! `Forwarded` and `X-Forwarded-…` on bare sockets.

use std::sync::{Arc, Mutex};

use wsrack::{AccessLog, prelude::*};
use wsrack_tests::{Result, Served};

use super::{CLIENT, Tell, ask, bound, connect, request, serve};

const SPOOFED: &str = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n\
                       X-Forwarded-Port: 444\r\nForwarded: for=203.0.113.9;proto=https;host=evil.example\r\n";

#[tokio::test]
async fn outside_of_the_trusted_set_they_mean_nothing() -> Result {
    let server = serve().await?;
    let (mut raw, own) = connect(CLIENT, server.addr()).await?;
    let told = ask(&mut raw, b"", SPOOFED).await?;
    assert_eq!((told.remote, told.remote_addr), (own.to_string(), CLIENT.to_owned()));
    assert_eq!((&*told.scheme, &*told.host, &*told.server_port), ("http", "example.org", "80"));
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn each_request_has_its_own() -> Result {
    let server = serve().await?;
    let (mut raw, own) = connect("127.0.0.1", server.addr()).await?;
    for (headers, expected) in [
        ("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n", "203.0.113.9:0 https -".to_owned()),
        (
            "Forwarded: for=\"[2001:db8::1]:7\";host=a.example\r\n",
            "[2001:db8::1]:7 http a.example".to_owned(),
        ),
        ("", format!("{own} http -")),
    ] {
        raw.send(format!("GET /who HTTP/1.1\r\nHost: x\r\n{headers}\r\n")).await?;
        assert_eq!(raw.answer().await?.body, expected);
    }
    let told = ask(&mut raw, b"", "X-Forwarded-For: 203.0.113.10\r\nX-Forwarded-Port: 8080\r\n").await?;
    assert_eq!(
        (&*told.remote, &*told.host, &*told.http_host),
        ("203.0.113.10:0", "example.org:8080", "example.org")
    );
    drop(raw);
    server.stop().await
}

/// Status of a handshake through a trusted proxy.
async fn status(server: &Served, headers: &str) -> Result<u16> {
    let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
    raw.send(request(headers)).await?;
    Ok(raw.answer().await?.status())
}

#[tokio::test]
async fn a_page_is_from_the_same_origin_by_what_the_proxy_tells() -> Result {
    let server = serve().await?;
    for (headers, expected) in [
        ("Origin: https://a.example:8443\r\n", 403),
        (
            "Origin: https://a.example:8443\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example:8443\r\n",
            101,
        ),
        ("Origin: https://a.example\r\nForwarded: proto=https;host=a.example\r\n", 101),
        ("Origin: http://a.example\r\nForwarded: proto=https;host=a.example\r\n", 403),
        ("Origin: https://example.org\r\nForwarded: proto=https;host=a.example\r\n", 403),
    ] {
        assert_eq!(status(&server, headers).await?, expected, "{headers}");
    }
    server.stop().await
}

#[tokio::test]
async fn limits_count_clients_and_not_the_proxy() -> Result {
    let server =
        bound(wsrack::routes! { "/" => Tell.with(Options::new().max_connections_per_ip(1)) }).await?;
    let mut held = Vec::new();
    for (client, expected) in [
        ("203.0.113.9", 101),
        ("203.0.113.9", 503),
        ("203.0.113.10", 101),
        ("2001:db8:0:1::1", 101),
        ("2001:db8:0:1:ffff::2", 503),
        ("2001:db8:0:2::1", 101),
    ] {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        raw.send(request(&format!("X-Forwarded-For: {client}\r\n"))).await?;
        assert_eq!(raw.answer().await?.status(), expected, "{client}");
        held.push(raw);
    }
    drop(held);
    server.stop().await
}

/// What is written, for a test to read.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_access_log_has_the_client() -> Result {
    let written = Written::default();
    let routes = wsrack::routes! { "/" => Tell };
    let hub = routes.hub();
    let server = routes.server().trusted_proxies("127.0.0.1".parse().unwrap());
    let server = server.access_log(AccessLog::text(written.clone())).bind("127.0.0.1:0").await.unwrap();
    let server = Served::bound(server, hub)?;
    for from in ["127.0.0.1", CLIENT] {
        let (mut raw, _) = connect(from, server.addr()).await?;
        raw.send("GET / HTTP/1.1\r\nHost: x\r\nForwarded: for=203.0.113.9\r\n\r\n").await?;
        assert_eq!(raw.answer().await?.status(), 426);
        raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        raw.rest().await?;
    }
    server.stop().await?;
    let text = String::from_utf8(written.0.lock().unwrap().clone())?;
    let hosts: Vec<_> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(hosts, ["203.0.113.9", "127.0.0.1", CLIENT, CLIENT]);
    Ok(())
}

#[tokio::test]
async fn limits_at_the_door_count_whom_proxy_names_and_no_proxy() -> Result {
    let routes = wsrack::routes! { "/" => Tell };
    let hub = routes.hub();
    let server = routes.server().trusted_proxies("127.0.0.1".parse().unwrap()).max_connections_per_ip(1);
    let server = Served::bound(server.bind("127.0.0.1:0").await.unwrap(), hub)?;
    let mut held = Vec::new();
    for (before, expected) in [
        ("", 101),
        ("", 101),
        ("PROXY UNKNOWN\r\n", 101),
        ("PROXY UNKNOWN\r\n", 101),
        ("PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n", 101),
        ("PROXY TCP4 203.0.113.9 192.0.2.1 3 2\r\n", 503),
        ("PROXY TCP4 203.0.113.10 192.0.2.1 1 2\r\n", 101),
    ] {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        raw.send([before, &request("")].concat()).await?;
        assert_eq!(raw.answer().await?.status(), expected, "{before}");
        held.push(raw);
    }
    drop(held);
    server.stop().await
}

struct Own;

#[websocket_app(trusted_proxies = "127.0.0.2")]
impl Own {
    #[on_open]
    fn tell(&self, env: &Env) -> String {
        env["REMOTE_ADDR"].to_string()
    }
}

#[tokio::test]
async fn an_application_may_trust_others_than_the_server() -> Result {
    let server = bound(wsrack::routes! { "/" => Own }).await?;
    for (from, expected) in [("127.0.0.1", "127.0.0.1"), (CLIENT, "203.0.113.9")] {
        let (mut raw, _) = connect(from, server.addr()).await?;
        raw.send(request("X-Forwarded-For: 203.0.113.9\r\n")).await?;
        assert_eq!(raw.answer().await?.status(), 101);
        assert_eq!(raw.frame().await?.1, expected.as_bytes());
    }
    server.stop().await
}

#[tokio::test]
async fn in_memory_as_on_a_socket() -> Result {
    let options = Options::new().trusted_proxies("10.0.0.1".parse().unwrap());
    let server = Routes::new().map("/", Own.with(options)).unwrap().test().await.unwrap();
    let connect = server.connect("/").remote_addr(([10, 0, 0, 1], 1)).header("forwarded", "for=203.0.113.9");
    let mut client = connect.await.unwrap();
    assert_eq!(client.next_text().await.unwrap(), "203.0.113.9");
    drop(client);
    server.shutdown().await.unwrap();
    Ok(())
}
