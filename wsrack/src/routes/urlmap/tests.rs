//! A test for each numbered rule of `Rack::URLMap`, in their order, and for what wsrack adds.

use super::*;

/// A map whose targets are the keys themselves.
fn map(keys: &[&'static str]) -> UrlMap<&'static str> {
    UrlMap::new(keys.iter().map(|key| (Key::parse(key).unwrap(), *key)))
}

fn at<'a>(host: &'a str, path: &'a str) -> Lookup<'a> {
    Lookup { host: Some(host), local: None, path }
}

/// Key, `SCRIPT_NAME` and `PATH_INFO` of the mount that takes a path, without a host.
fn found(map: &UrlMap<&'static str>, path: &str) -> Option<(&'static str, String, String)> {
    let (key, taken) = map.find(&Lookup { host: None, local: None, path })?;
    Some((key, taken.script_name, path[taken.path_info..].to_owned()))
}

fn takes(map: &UrlMap<&'static str>, path: &str) -> Option<&'static str> {
    found(map, path).map(|(key, ..)| key)
}

fn host_takes(map: &UrlMap<&'static str>, host: &str, path: &str) -> Option<&'static str> {
    map.find(&at(host, path)).map(|(key, _)| *key)
}

#[test]
fn rule_1_a_key_is_a_path_or_an_http_url_with_one() {
    for key in ["/chat", "http://example.org/chat", "https://example.org/chat", "http://example.org/"] {
        assert!(Key::parse(key).is_ok(), "{key}");
    }
    for key in ["chat", "http://example.org", "ws://example.org/chat", "example.org/chat", ""] {
        assert!(Key::parse(key).is_err(), "{key}");
    }
    // The scheme is not compared.
    assert_eq!(host_takes(&map(&["https://example.org/"]), "example.org", "/"), Some("https://example.org/"));
}

#[test]
fn rule_2_one_slash_at_the_end_of_a_key_is_dropped() {
    let map = map(&["/chat/", "/"]);
    assert_eq!(found(&map, "/chat"), Some(("/chat/", "/chat".into(), String::new())));
    assert_eq!(found(&map, "/chat/"), Some(("/chat/", "/chat".into(), "/".into())));
    for path in ["/", "/other", "", "/a/b/c"] {
        assert_eq!(found(&map, path), Some(("/", String::new(), path.into())));
    }
}

#[test]
fn rule_3_hosts_before_hostless_and_longest_first_whatever_the_order() {
    let keys = ["/", "/a", "/a/b", "/a/b/c", "http://h/", "http://h/a", "http://h:80/"];
    let mut backwards = keys;
    backwards.reverse();
    for map in [map(&keys), map(&backwards)] {
        assert_eq!(takes(&map, "/a/b/c/d"), Some("/a/b/c"));
        assert_eq!(takes(&map, "/a/b/d"), Some("/a/b"));
        assert_eq!(takes(&map, "/a/c"), Some("/a"));
        assert_eq!(takes(&map, "/b"), Some("/"));
        // A host, though its path is shorter; the longer host, though its path is shorter.
        assert_eq!(host_takes(&map, "h", "/a/b/c"), Some("http://h/a"));
        assert_eq!(host_takes(&map, "h:80", "/a/b/c"), Some("http://h:80/"));
    }
}

#[test]
fn rule_4_paths_are_compared_as_they_are_but_for_repeated_slashes() {
    let map = map(&["/foo", "/foo/bar"]);
    for path in ["/foo/bar", "//foo/bar", "/foo//bar", "///foo///bar"] {
        assert_eq!(found(&map, path), Some(("/foo/bar", "/foo/bar".into(), String::new())), "{path}");
    }
    // No case folding, no decoding, no `..`.
    assert_eq!(takes(&map, "/Foo"), None);
    assert_eq!(takes(&map, "/%66oo"), None);
    assert_eq!(found(&map, "/foo/../x"), Some(("/foo", "/foo".into(), "/../x".into())));
}

#[test]
fn rule_5_a_mount_ends_at_a_slash() {
    let map = map(&["/foo", "/foo/bar"]);
    assert_eq!(takes(&map, "/foox"), None);
    assert_eq!(found(&map, "/foo/barx"), Some(("/foo", "/foo".into(), "/barx".into())));
    // `OPTIONS *` has no path at all.
    assert_eq!(takes(&self::map(&["/"]), "*"), None);
}

#[test]
fn rule_6_a_host_is_compared_without_case_with_and_without_port() {
    let map = map(&["http://only.org/", "http://Port.org:8080/", "http://[::1]/"]);
    for host in ["only.org", "ONLY.ORG", "only.org:8080", "Only.Org:80"] {
        assert_eq!(host_takes(&map, host, "/x"), Some("http://only.org/"), "{host}");
    }
    assert_eq!(host_takes(&map, "port.org:8080", "/"), Some("http://Port.org:8080/"));
    assert_eq!(host_takes(&map, "port.org", "/"), None);
    assert_eq!(host_takes(&map, "[::1]:3000", "/"), Some("http://[::1]/"));
    assert_eq!(takes(&map, "/"), None, "a request without a host meets no key with one");
}

#[test]
fn rule_7_a_host_with_mounts_does_not_see_the_hostless_ones() {
    let map = map(&["http://only.org/admin", "http://127.0.0.1/admin", "/"]);
    for host in ["only.org", "ONLY.ORG", "only.org:8080"] {
        assert_eq!(host_takes(&map, host, "/chat"), None, "{host}");
    }
    assert_eq!(host_takes(&map, "other.org", "/chat"), Some("/"));
    assert_eq!(takes(&map, "/chat"), Some("/"));

    // The server's own name sees them.
    let local: SocketAddr = "127.0.0.1:3000".parse().unwrap();
    let own = |host| map.find(&Lookup { local: Some(local), ..at(host, "/chat") }).map(|(key, _)| *key);
    assert_eq!(own("127.0.0.1:3000"), Some("/"));
    assert_eq!(own("127.0.0.1"), Some("/"));
    assert_eq!(own("127.0.0.1:4000"), None);
}

#[test]
fn rule_8_script_name_is_the_key_and_path_info_the_rest() {
    let map = map(&["/foo/bar/"]);
    assert_eq!(found(&map, "//foo//bar//x//y"), Some(("/foo/bar/", "/foo/bar".into(), "//x//y".into())));
}

#[test]
fn rule_9_no_match_is_none() {
    assert_eq!(takes(&map(&["/foo"]), "/"), None);
    assert_eq!(takes(&map(&[]), "/"), None);
}

#[test]
fn rule_10_one_mount_is_chosen_and_no_second() {
    // Both would take it; the answer of the first counts.
    assert_eq!(takes(&map(&["/foo", "/"]), "/foo/x"), Some("/foo"));
}

#[test]
fn rule_11_what_is_left_is_matched_again_in_a_nested_map() {
    let (_, script, rest) = found(&map(&["/foo"]), "/foo//bar/x").unwrap();
    let (_, inner, rest) = found(&map(&["/bar"]), &rest).unwrap();
    assert_eq!((script + &inner, rest), ("/foo/bar".into(), "/x".into()));
}

#[test]
fn a_name_takes_exactly_one_segment_that_is_not_empty() {
    let map = map(&["/rooms/{room}", "/{a}/seats/{b}"]);
    let (_, taken) = map.find(&at("h", "//rooms//7/x")).unwrap();
    assert_eq!(taken.script_name, "/rooms/7");
    assert_eq!(taken.path_info, "//rooms//7".len());
    assert_eq!(taken.params, [("room".into(), "7".into())]);

    let (_, taken) = map.find(&at("h", "/blue/seats/4")).unwrap();
    assert_eq!(taken.params, [("a".into(), "blue".into()), ("b".into(), "4".into())]);
    for path in ["/rooms", "/rooms/", "/rooms//"] {
        assert_eq!(takes(&map, path), None, "{path}");
    }
}

#[test]
fn a_literal_segment_goes_before_a_name() {
    let map = map(&["/{any}", "/rooms/{room}", "/{any}/lobby", "/rooms/lobby", "/rooms"]);
    assert_eq!(takes(&map, "/rooms/lobby"), Some("/rooms/lobby"));
    assert_eq!(takes(&map, "/rooms/7"), Some("/rooms/{room}"));
    assert_eq!(takes(&map, "/halls/lobby"), Some("/{any}/lobby"));
    assert_eq!(takes(&map, "/rooms"), Some("/rooms"));
    assert_eq!(takes(&map, "/halls/7"), Some("/{any}"));
}

#[test]
fn values_are_decoded_and_script_name_is_not() {
    let map = map(&["/{name}"]);
    for (path, value) in [("/caf%C3%A9", "café"), ("/a%2Fb", "a/b"), ("/%FF", "\u{FFFD}"), ("/%", "%")] {
        let (_, taken) = map.find(&at("h", path)).unwrap();
        assert_eq!(taken.script_name, path);
        assert_eq!(taken.params, [("name".into(), value.into())]);
    }
}
