use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};

use crate::env::{Env, Mount, Peer, Scheme};
use crate::options::TrustedProxies;

/// Headers as `Name: value`, from a peer; what is told in three words.
fn told_by(peer: Option<&str>, headers: &str, own: &str, server: &str) -> Option<String> {
    let mut peer = Peer::new(Scheme::Http, None, peer.map(|peer| peer.parse().unwrap()));
    peer.trusted = server.parse().unwrap();
    let own: TrustedProxies = own.parse().unwrap();
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("inner:3000"));
    for line in headers.lines() {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
        if name == "Host" {
            map.remove(name);
        }
        map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let client = peer.client(&Uri::from_static("/"), &map, &own)?;
    let remote = client.remote_addr().map_or("-".to_owned(), |remote| remote.to_string());
    Some(format!("{remote} {} {}", client.scheme(), client.host().unwrap_or("-")))
}

/// From 10.0.0.1, where `10.0.0.0/8` and `2001:db8::/32` are trusted.
fn told(headers: &str) -> Option<String> {
    told_by(Some("10.0.0.1:5000"), headers, "10.0.0.0/8, 2001:db8::/32", "none")
}

#[track_caller]
fn is_told(headers: &str, expected: &str) {
    assert_eq!(told(headers).as_deref(), Some(expected), "{headers}");
}

#[test]
fn only_a_trusted_proxy_is_believed() {
    let headers = "X-Forwarded-For: 203.0.113.9\nX-Forwarded-Proto: https\nX-Forwarded-Host: a.example";
    let by = |peer, own, server| told_by(peer, headers, own, server);
    let client = Some("203.0.113.9:0 https a.example".to_owned());
    assert_eq!(by(Some("10.0.0.1:1"), "10.0.0.0/8", "none"), client);
    assert_eq!(by(Some("[::ffff:10.0.0.1]:1"), "10.0.0.0/8", "none"), client);
    assert_eq!(by(Some("11.0.0.1:1"), "10.0.0.0/8", "none"), None);
    assert_eq!(by(Some("10.0.0.1:1"), "none", "none"), None);
    assert_eq!(by(None, "unix", "none"), client);
    assert_eq!(by(None, "0.0.0.0/0, ::/0", "none"), None);
    assert_eq!(by(Some("10.0.0.1:1"), "unix", "none"), None);
}

#[test]
fn an_application_that_names_none_has_those_of_the_server() {
    let by = |own, server| told_by(Some("10.0.0.1:1"), "X-Forwarded-For: 203.0.113.9", own, server).is_some();
    assert!(by("none", "10.0.0.1"));
    assert!(!by("10.0.0.2", "10.0.0.1"), "its own list stands in the place of the server's");
    assert!(by("10.0.0.1", "10.0.0.2"));
}

#[test]
fn whom_a_proxy_does_not_name_nobody_vouches_for() {
    let mut peer = Peer::new(Scheme::Http, None, Some(([10, 0, 0, 1], 1).into()));
    peer.is_anonymous = true;
    let headers = HeaderMap::from_iter([(super::X_FORWARDED_FOR, HeaderValue::from_static("203.0.113.9"))]);
    let trusted = "10.0.0.0/8, unix".parse().unwrap();
    assert!(peer.client(&Uri::from_static("/"), &headers, &trusted).is_none());
}

#[test]
fn a_proxy_that_tells_nothing_is_the_client() {
    for headers in
        ["", "Forwarded: ", "X-Forwarded-For: unknown", "Forwarded: for=_me", "Forwarded: secret=1"]
    {
        assert_eq!(told(headers), None, "{headers}");
    }
}

#[test]
fn the_chain_is_walked_from_the_right_up_to_the_first_that_is_not_trusted() {
    is_told("X-Forwarded-For: 203.0.113.9", "203.0.113.9:0 http -");
    is_told("X-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9:0 http -");
    is_told(
        "X-Forwarded-For: 1.1.1.1\nX-Forwarded-For: 203.0.113.9 ,,\nX-Forwarded-For: 2001:db8::7",
        "203.0.113.9:0 http -",
    );
    is_told("X-Forwarded-For: 10.2.2.2, 10.3.3.3", "10.2.2.2:0 http -");
    is_told("X-Forwarded-For: 1.1.1.1, unknown, 10.3.3.3", "10.3.3.3:0 http -");
    is_told("X-Forwarded-For: 1.1.1.1, \u{fc}, 10.3.3.3", "10.3.3.3:0 http -");
    is_told("Forwarded: for=1.1.1.1, for=203.0.113.9, for=10.9.9.9", "203.0.113.9:0 http -");
    is_told(
        "Forwarded: for=1.1.1.1\nForwarded: for=203.0.113.9\nForwarded: for=\"[2001:db8::7]:80\"",
        "203.0.113.9:0 http -",
    );
    is_told("Forwarded: for=1.1.1.1, for=_hidden, for=10.3.3.3", "10.3.3.3:0 http -");
    is_told("Forwarded: for=1.1.1.1, proto=http, for=10.3.3.3", "10.3.3.3:0 http -");
}

#[test]
fn a_line_that_breaks_the_grammar_hides_what_stands_before_it() {
    is_told("Forwarded: for=1.1.1.1\nForwarded: for=\"\nForwarded: for=10.3.3.3", "10.3.3.3:0 http -");
    // What a client began to quote swallows what the proxy adds: then nothing is known, rather than what it wrote.
    assert_eq!(told("Forwarded: for=1.1.1.1, for=\", for=203.0.113.9"), None);
}

#[test]
fn addresses_in_all_their_forms() {
    for (text, address) in [
        ("203.0.113.9", "203.0.113.9:0"),
        ("203.0.113.9:4711", "203.0.113.9:4711"),
        ("[2001:db9::1]", "[2001:db9::1]:0"),
        ("[2001:db9::1]:4711", "[2001:db9::1]:4711"),
        ("2001:db9::1", "[2001:db9::1]:0"),
        ("203.0.113.9:_port", "203.0.113.9:0"),
    ] {
        is_told(&format!("X-Forwarded-For: {text}"), &format!("{address} http -"));
        is_told(&format!("Forwarded: for=\"{text}\""), &format!("{address} http -"));
    }
    for none in [
        "203.0.113.300",
        "203.0.113.9:",
        "203.0.113.9:x",
        "203.0.113.9:65536",
        "[203.0.113.9]",
        "[::1",
        "a.b",
    ] {
        assert_eq!(told(&format!("X-Forwarded-For: {none}")), None, "{none}");
        assert_eq!(told(&format!("Forwarded: for=\"{none}\"")), None, "{none}");
    }
}

#[test]
fn forwarded_goes_before_the_others() {
    is_told(
        "X-Forwarded-For: 1.1.1.1\nX-Forwarded-Host: x.example\nX-Forwarded-Proto: https\nForwarded: for=203.0.113.9",
        "203.0.113.9:0 http -",
    );
}

#[test]
fn scheme_and_host_are_those_that_the_client_used_with_the_outermost_trusted_proxy() {
    is_told(
        "Forwarded: for=1.1.1.1;proto=http;host=evil.example, for=203.0.113.9;proto=https;host=a.example, \
         for=10.1.1.1;proto=http;host=mid.example",
        "203.0.113.9:0 https a.example",
    );
    // What the outer one does not tell, the inner one does.
    is_told(
        "Forwarded: for=203.0.113.9, for=10.1.1.1;proto=wss;host=\"a.example:8443\"",
        "203.0.113.9:0 https a.example:8443",
    );
    is_told(
        "X-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.1.1.1\nX-Forwarded-Proto: http, https, http\n\
         X-Forwarded-Host: evil.example, a.example, mid.example",
        "203.0.113.9:0 https a.example",
    );
    is_told("X-Forwarded-For: 203.0.113.9, 10.1.1.1\nX-Forwarded-Proto: https", "203.0.113.9:0 https -");
    is_told("X-Forwarded-Proto: ws, HTTPS", "10.0.0.1:5000 https -");
    for none in ["ftp", "on", "", "https https"] {
        assert_eq!(told(&format!("X-Forwarded-Proto: {none}")), None, "{none}");
    }
}

#[test]
fn a_host_that_is_none_is_not_told() {
    for none in ["a b", "a/b", "user@a.example", "a.example:x", "", "\u{fc}.example"] {
        assert_eq!(told(&format!("X-Forwarded-Host: {none}")), None, "{none}");
        assert_eq!(told(&format!("Forwarded: host=\"{none}\"")), None, "{none}");
    }
    is_told("X-Forwarded-Host: [::1]:81", "10.0.0.1:5000 http [::1]:81");
}

#[test]
fn a_port_is_for_a_host_that_names_none() {
    let with = |lines: &str| format!("X-Forwarded-Proto: https\n{lines}");
    is_told(
        &with("X-Forwarded-Host: a.example\nX-Forwarded-Port: 8443"),
        "10.0.0.1:5000 https a.example:8443",
    );
    is_told(&with("X-Forwarded-Host: a.example\nX-Forwarded-Port: 443"), "10.0.0.1:5000 https a.example");
    is_told(
        &with("X-Forwarded-Host: a.example:1\nX-Forwarded-Port: 8443"),
        "10.0.0.1:5000 https a.example:1",
    );
    is_told(&with("Host: b.example\nX-Forwarded-Port: 8443"), "10.0.0.1:5000 https b.example:8443");
    is_told(&with("X-Forwarded-Port: 8443"), "10.0.0.1:5000 https inner:3000");
    is_told(&with("X-Forwarded-Port: 80x"), "10.0.0.1:5000 https -");
}

#[test]
fn an_environment_has_what_is_told_and_what_was_sent() {
    let request = Request::get("/chat").header("host", "inner:3000").header("x-forwarded-for", "203.0.113.9");
    let request = request.header("x-forwarded-proto", "https").header("x-forwarded-host", "a.example");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let local = Some(([10, 0, 0, 2], 3000).into());
    let peer = Peer::new(Scheme::Http, local, Some(([10, 0, 0, 1], 5000).into()));
    let peer = peer.client(&parts.uri, &parts.headers, &"10.0.0.0/8".parse().unwrap()).unwrap();
    let env = Env::new(&parts, &peer, &Mount { script_name: "", path_info: 0, params: &[] });
    for env in [&env, &env.clone()] {
        assert_eq!((env.host(), env.header("host")), (Some("a.example"), Some("inner:3000")));
        assert_eq!((env.scheme(), env.local_addr()), (Scheme::Https, local));
        for (key, value) in [
            ("REMOTE_ADDR", "203.0.113.9"),
            ("rack.url_scheme", "https"),
            ("SERVER_NAME", "a.example"),
            ("SERVER_PORT", "443"),
            ("HTTP_HOST", "inner:3000"),
            ("HTTP_X_FORWARDED_FOR", "203.0.113.9"),
        ] {
            assert_eq!(env[key], value, "{key}");
        }
    }
}
