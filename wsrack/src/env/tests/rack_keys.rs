use super::{Env, Request, Scheme, Version, address, received};

/// The request and the values of Thin 1.8.1, as measured; plus what wsrack adds.
#[test]
fn every_key_of_a_handshake() {
    let env = Env::builder()
        .uri("/ws/room?a=1&b=%20x")
        .header("Host", "example.org:39778")
        .header("Connection", "Upgrade")
        .header("Cookie", "a=1")
        .header("Content-Type", "text/plain")
        .header("Content-Length", "0")
        .script_name("/ws")
        .remote_addr(address("203.0.113.9:50123"))
        .build();
    let all = [
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_PATH", "/ws/room"),
        ("REQUEST_URI", "/ws/room?a=1&b=%20x"),
        ("SCRIPT_NAME", "/ws"),
        ("PATH_INFO", "/room"),
        ("QUERY_STRING", "a=1&b=%20x"),
        ("SERVER_NAME", "example.org"),
        ("SERVER_PORT", "39778"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("SERVER_SOFTWARE", concat!("wsrack/", env!("CARGO_PKG_VERSION"))),
        ("GATEWAY_INTERFACE", "CGI/1.2"),
        ("HTTP_VERSION", "HTTP/1.1"),
        ("rack.url_scheme", "http"),
        ("REMOTE_ADDR", "203.0.113.9"),
        ("CONTENT_TYPE", "text/plain"),
        ("CONTENT_LENGTH", "0"),
        ("HTTP_HOST", "example.org:39778"),
        ("HTTP_CONNECTION", "Upgrade"),
        ("HTTP_COOKIE", "a=1"),
    ];
    assert_eq!(env.iter().collect::<Vec<_>>(), all);
    for (key, value) in all {
        assert_eq!(env[key], value, "{key}");
        assert_eq!(env.get(key), Some(value), "{key}");
    }
}

#[test]
fn absent_keys_are_empty() {
    let env = Env::builder().build();
    for key in
        ["REMOTE_ADDR", "CONTENT_TYPE", "HTTP_COOKIE", "HTTP_", "HTTP_CONTENT_TYPE", "path_info", "", "ä"]
    {
        assert_eq!(env[key], "", "{key}");
        assert_eq!(env.get(key), None, "{key}");
    }
    assert_eq!(env.get("SCRIPT_NAME"), Some(""));
    assert_eq!(env.get("QUERY_STRING"), Some(""));
}

#[test]
fn repeated_headers_are_joined() {
    let env = Env::builder()
        .header("x-dup", "1")
        .header("cookie", "a=1")
        .header("x-dup", "2")
        .header("cookie", "b=2")
        .header("content-type", "a/b")
        .header("content-type", "c/d")
        .build();
    assert_eq!(env["HTTP_X_DUP"], "1, 2");
    assert_eq!(env["HTTP_COOKIE"], "a=1; b=2");
    assert_eq!(env["CONTENT_TYPE"], "a/b, c/d");
}

#[test]
fn a_client_cannot_forge_a_key() {
    let env = Env::builder()
        .header("x-user", "real")
        .header("x_user", "forged")
        .header("content_type", "forged")
        .header("version", "forged")
        .build();
    assert_eq!(env["HTTP_X_USER"], "real");
    assert_eq!(env["HTTP_VERSION"], "HTTP/1.1");
    assert!(env.iter().all(|(_, value)| value != "forged"));
    assert_eq!(env.header("x_user"), Some("forged"), "the getters show what was sent");
}

#[test]
fn other_bytes_than_utf8_are_replaced() {
    let env = Env::builder().header("x-name", b"caf\xe9").header("x-name", "ä").build();
    assert_eq!(env["HTTP_X_NAME"], "caf\u{fffd}, ä");
}

#[test]
fn odd_names_are_upper_case() {
    let env = Env::builder().header("x.odd!name-2", "1").build();
    assert_eq!(env["HTTP_X.ODD!NAME_2"], "1");
}

#[test]
fn the_server_is_named_by_host() {
    for (host, name, port) in [
        ("example.org", "example.org", "443"),
        ("example.org:3000", "example.org", "3000"),
        ("example.org:", "example.org", "443"),
        ("[::1]:3000", "[::1]", "3000"),
        ("[2001:db8::1]", "[2001:db8::1]", "443"),
        ("[::1]:", "[::1]", "443"),
        ("example.org:http", "example.org", "443"),
        ("example.org:99999", "example.org", "443"),
        ("::1", "::1", "443"),
        (":3000", "", "3000"),
        ("]", "]", "443"),
        ("ä:1", "ä", "1"),
    ] {
        let env = Env::builder().scheme(Scheme::Https).header("host", host).build();
        assert_eq!((&*env["SERVER_NAME"], &*env["SERVER_PORT"]), (name, port), "{host}");
    }
}

#[test]
fn without_host_the_local_address_names_the_server() {
    for (local, name, port) in [("127.0.0.1:3000", "127.0.0.1", "3000"), ("[::1]:3001", "[::1]", "3001")] {
        for host in [None, Some(&b""[..]), Some(b"\xff")] {
            let env = Env::builder().local_addr(address(local));
            let env = match host {
                Some(host) => env.header("host", host).build(),
                None => env.build(),
            };
            assert_eq!((&*env["SERVER_NAME"], &*env["SERVER_PORT"]), (name, port), "{host:?}");
        }
    }
    let env = Env::builder().build();
    assert_eq!((&*env["SERVER_NAME"], &*env["SERVER_PORT"]), ("localhost", "80"));
}

#[test]
fn an_absolute_target_is_the_uri_and_its_host_the_host() {
    let env = Env::builder().uri("http://example.org:81/ws?a").header("host", "evil").build();
    assert_eq!(env["REQUEST_URI"], "http://example.org:81/ws?a");
    assert_eq!(env["REQUEST_PATH"], "/ws");
    assert_eq!(env["HTTP_HOST"], "example.org:81");
    assert_eq!((&*env["SERVER_NAME"], &*env["SERVER_PORT"]), ("example.org", "81"));
}

#[test]
fn the_protocol_is_the_requests() {
    for (version, text) in
        [(Version::HTTP_10, "HTTP/1.0"), (Version::HTTP_11, "HTTP/1.1"), (Version::HTTP_2, "HTTP/2")]
    {
        let env = received(Request::get("/").version(version).body(()).unwrap());
        assert_eq!(env["SERVER_PROTOCOL"], text);
        assert_eq!(env["HTTP_VERSION"], text);
    }
}

#[test]
fn values_compare_and_read_as_text() {
    let env = Env::builder().uri("/websocket").build();
    let path = &env["REQUEST_PATH"];
    let (text, owned) = ("/websocket", "/websocket".to_owned());

    assert_eq!(env["REQUEST_PATH"], "/websocket");
    assert_eq!("/websocket", env["REQUEST_PATH"]);
    assert!(env["REQUEST_PATH"] != "/other");
    assert_eq!(*path, *text);
    assert_eq!(*path, owned);
    assert_eq!(owned, *path);
    assert!(path == text);
    assert_eq!(env["REQUEST_PATH"], env["PATH_INFO"]);
    assert_eq!(format!("{path} {path:?} {path:>11}|"), "/websocket \"/websocket\"  /websocket|");
    assert_eq!(path.len(), 10);
    assert!(matches!(&*env["REQUEST_PATH"], "/websocket"));
}
