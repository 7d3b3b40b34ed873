use super::{Arc, Draft, Env, Mount, Peer, Request, Scheme, Version, address, received};

#[test]
fn a_request_reads_back() {
    let env = Env::builder()
        .method("GET")
        .uri("/rooms/7?a=1&b=%20x")
        .header("Host", "example.org:3000")
        .scheme(Scheme::Https)
        .remote_addr(address("203.0.113.9:50123"))
        .local_addr(address("[2001:db8::1]:443"))
        .subprotocol("chat")
        .draft(Draft::Hybi08)
        .build();
    assert_eq!(env.method(), "GET");
    assert_eq!(env.uri(), "/rooms/7?a=1&b=%20x");
    assert_eq!(env.path(), "/rooms/7");
    assert_eq!(env.query(), "a=1&b=%20x");
    assert_eq!((env.script_name(), env.path_info()), ("", "/rooms/7"));
    assert_eq!(env.host(), Some("example.org:3000"));
    assert_eq!(env.scheme(), "https");
    assert_eq!(env.remote_addr(), Some(address("203.0.113.9:50123")));
    assert_eq!(env.local_addr(), Some(address("[2001:db8::1]:443")));
    assert_eq!(env.subprotocol(), Some("chat"));
    assert_eq!(env.draft(), Draft::Hybi08);
}

#[test]
fn what_is_not_there_is_empty() {
    let env = Env::builder().build();
    assert_eq!((env.path(), env.query(), env.script_name(), env.path_info()), ("/", "", "", "/"));
    assert_eq!((env.host(), env.header("x"), env.cookie("x"), env.param("x")), (None, None, None, None));
    assert_eq!((env.remote_addr(), env.local_addr(), env.subprotocol()), (None, None, None));
    assert_eq!((env.scheme(), env.draft()), (Scheme::Http, Draft::Rfc6455));
    assert!(env.headers().is_empty() && env.extensions().is_empty());
    assert_eq!(env.params().count(), 0);
}

#[test]
fn the_mount_splits_the_path() {
    for (script_name, uri, path_info) in [
        ("/rooms", "/rooms/7?a=1", "/7"),
        ("/rooms/", "/rooms/7", "/7"),
        ("/rooms", "/rooms", ""),
        ("/rooms", "/roomservice", "/roomservice"),
        ("/", "/rooms", "/rooms"),
    ] {
        let env = Env::builder().uri(uri).script_name(script_name).build();
        assert_eq!(env.path_info(), path_info, "{script_name} {uri}");
    }
}

#[test]
fn a_mounts_name_is_kept_as_the_routes_write_it() {
    let (parts, ()) = Request::get("/a//b/c?d").body(()).unwrap().into_parts();
    let params = [(Arc::from("room"), "c d".to_owned()), ("empty".into(), String::new())];
    let mount = Mount { script_name: "/a/b", path_info: "/a//b".len(), params: &params };
    let peer = Peer::new(Scheme::Http, None, None);
    let env = Env::new(&parts, &peer, &mount);
    assert_eq!((env.script_name(), env.path_info(), env.query()), ("/a/b", "/c", "d"));
    assert_eq!(env.params().collect::<Vec<_>>(), [("room", "c d"), ("empty", "")]);
    assert_eq!((env.param("empty"), env.param("other")), (Some(""), None));
}

#[test]
fn a_position_outside_the_path_is_its_end() {
    let (parts, ()) = Request::get("/ä?q").body(()).unwrap().into_parts();
    let peer = Peer::new(Scheme::Http, None, None);
    for path_info in [2, 99] {
        let env = Env::new(&parts, &peer, &Mount { script_name: "", path_info, params: &[] });
        assert_eq!((env.path(), env.path_info(), env.query()), ("/ä", "", "q"));
    }
}

#[test]
fn the_innermost_parameter_of_a_name_counts() {
    let env = Env::builder().param("id", "outer").param("id", "inner").build();
    assert_eq!(env.param("id"), Some("inner"));
}

#[test]
fn an_absolute_target_names_the_host() {
    let request = Request::get("http://user:pw@example.org:81/ws?a").header("host", "evil").body(()).unwrap();
    let env = received(request);
    assert_eq!(env.uri(), "http://user:pw@example.org:81/ws?a");
    assert_eq!((env.path(), env.path_info(), env.query()), ("/ws", "/ws", "a"));
    assert_eq!(env.host(), Some("example.org:81"));
    assert_eq!(env.headers().get_all("host").iter().count(), 1);
}

#[test]
fn targets_of_every_form_have_a_path() {
    for (target, path, query) in [
        ("/", "/", ""),
        ("/?", "/", ""),
        ("/a?b?c", "/a", "b?c"),
        ("http://h", "/", ""),
        ("http://h?a", "/", "a"),
        ("*", "*", ""),
        ("example.org:443", "", ""),
    ] {
        let env = Env::builder().uri(target).build();
        assert_eq!((env.path(), env.path_info(), env.query()), (path, path, query), "{target}");
    }
}

#[test]
fn over_http2_the_authority_is_the_host() {
    let request =
        Request::builder().method("CONNECT").uri("https://example.org/ws?a").version(Version::HTTP_2);
    let env = received(request.body(()).unwrap());
    assert_eq!((env.uri(), env.path(), env.query()), ("/ws?a", "/ws", "a"));
    assert_eq!(env.host(), Some("example.org"));
    assert_eq!(env.method(), "CONNECT");
    assert_eq!(env["SERVER_PROTOCOL"], "HTTP/2");

    let request = Request::builder().uri("https://example.org?a").version(Version::HTTP_2);
    let env = received(request.body(()).unwrap());
    assert_eq!((env.path(), env.query()), ("/", "a"));
}

#[test]
fn a_header_is_found_in_any_case_and_as_sent() {
    let env = Env::builder()
        .header("X-Odd-Name", "1")
        .header("user-agent", "ä".as_bytes())
        .header("x-latin", b"caf\xe9")
        .header("x-latin", "second")
        .build();
    assert_eq!(env.header("x-ODD-name"), Some("1"));
    assert_eq!(env.header("User-Agent"), Some("ä"));
    assert_eq!(env.header("x-latin"), None, "not UTF-8, and never a later value in its place");
    assert_eq!(env.headers()["x-latin"].as_bytes(), b"caf\xe9");
}

#[test]
fn headers_are_whole() {
    let request = Request::get("/")
        .header("accept", "a")
        .header("x-own", "1")
        .header("accept", "b")
        .header("x-empty", "")
        .header("x_underscore", "c")
        .header("user-agent", "long ".repeat(100).trim_end())
        .body(())
        .unwrap();
    let sent = request.headers().clone();
    assert_eq!(received(request).headers(), &sent);
}

#[test]
fn cookies_come_from_every_header_as_sent_but_for_quotes() {
    let env = Env::builder()
        .header("cookie", "a=1; b=\"x y\";c=k=v")
        .header("cookie", b"bad=\xff")
        .header("cookie", "a=2;d=%20; novalue")
        .build();
    for (name, value) in [
        ("a", Some("1")),
        ("b", Some("x y")),
        ("c", Some("k=v")),
        ("d", Some("%20")),
        ("novalue", None),
        ("A", None),
    ] {
        assert_eq!(env.cookie(name), value, "{name}");
    }
}

#[test]
fn addresses_keep_all_their_fields() {
    let scoped = std::net::SocketAddrV6::new("fe80::1".parse().unwrap(), 65535, 7, 3).into();
    let env = Env::builder().remote_addr(scoped).local_addr(address("127.0.0.1:0")).build();
    assert_eq!(env.remote_addr(), Some(scoped));
    assert_eq!(env.local_addr(), Some(address("127.0.0.1:0")));
}

#[test]
fn a_clone_stands_alone() {
    let env = Env::builder().uri("/a").header("x", "1").extension("left by a layer").build();
    let clone = env.clone();
    drop(env);
    assert_eq!((&*clone["REQUEST_PATH"], clone.header("x")), ("/a", Some("1")));
    assert_eq!(clone.extensions().get(), Some(&"left by a layer"));
}

#[test]
fn debug_shows_no_secrets() {
    let env = Env::builder()
        .uri("/ws?token=hunter2")
        .header("host", "example.org")
        .header("authorization", "Bearer hunter2")
        .header("cookie", "session=hunter2")
        .header("sec-websocket-protocol", "bearer, hunter2")
        .header("x-token", "hunter2")
        .param("room", "blue")
        .build();
    let shown = format!("{env:?} {:?}", env.headers());
    assert!(!shown.contains("hunter2"), "{shown}");
    for part in ["/ws", "example.org", "\"authorization\": <14 bytes>", "\"x-token\": <7 bytes>", "Rfc6455"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
#[should_panic(expected = "\"a b\" is not a header name")]
fn the_builder_says_what_is_wrong() {
    let _ = Env::builder().header("a b", "");
}
