//! HTTP services: the path they see, hosts, nests, the 404.

use std::sync::Arc;

use ::http::{Request, StatusCode};

use super::{call, get, probe, start, text};
use crate::body::Body;
use crate::connection::{Handover, Line, Passage};
use crate::env::{Peer, Scheme};
use crate::routes::{Routes, http};

#[tokio::test]
async fn a_service_sees_the_path_below_its_mount() {
    let routes = Routes::new().map("/foo", probe("foo")).unwrap().map("/", probe("root")).unwrap();
    let service = start(routes).await;
    for (uri, seen) in [
        ("/foo", "foo sees / at [/foo] []"),
        ("/foo/", "foo sees / at [/foo] [/]"),
        ("/foo?a=1", "foo sees /?a=1 at [/foo] []"),
        ("//foo//x/?a=%20", "foo sees //x/?a=%20 at [/foo] [//x/]"),
        ("/foox", "root sees /foox at [] [/foox]"),
        ("/", "root sees / at [] [/]"),
    ] {
        assert_eq!(text(&service, uri).await, seen, "{uri}");
    }
    // A target with a host keeps it.
    let seen = text(&service, "http://example.org/foo/x").await;
    assert_eq!(seen, "foo sees http://example.org/x at [/foo] [/x]");
}

#[tokio::test]
async fn nests_add_up_and_each_takes_its_part() {
    let inner = Routes::new().map("/bar", probe("bar")).unwrap().map("/", probe("inner")).unwrap();
    let middle = Routes::new().map("/{room}", inner).unwrap();
    let service = start(Routes::new().map("/foo", middle).unwrap()).await;
    assert_eq!(text(&service, "/foo//7/bar/x?q").await, "bar sees /x?q at [/foo/7/bar] [/x]");
    assert_eq!(text(&service, "/foo/7/bar").await, "bar sees / at [/foo/7/bar] []");
    assert_eq!(text(&service, "/foo/7").await, "inner sees / at [/foo/7] []");
    assert_eq!(call(&service, get("/foo/")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_match_is_a_404_that_passes_with_the_path_left_over() {
    let inner = Routes::new().map("/bar", probe("bar")).unwrap();
    let service = start(Routes::new().map("/foo", inner).unwrap()).await;
    for (uri, left) in [("/nope?secret=1", "/nope"), ("/foo/nope", "/nope"), ("/foo", "")] {
        let answer = call(&service, get(uri)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(answer.headers()["x-cascade"], "pass");
        assert_eq!(answer.into_body(), format!("Not Found: {left}"));
    }
}

#[tokio::test]
async fn a_404_of_the_mount_is_the_answer_also_when_it_passes() {
    let empty = http(|_: Request<Body>| async {
        let answer = ::http::Response::builder().status(404).header("x-cascade", "pass");
        answer.body(Body::from("mine"))
    });
    let routes = Routes::new().map("/foo", empty).unwrap().map("/", probe("root")).unwrap();
    assert_eq!(text(&start(routes).await, "/foo/x").await, "mine");
}

#[tokio::test]
async fn hosts_come_from_the_header_or_the_target() {
    let routes = Routes::new().host("Only.org", probe("only")).unwrap().map("/", probe("root")).unwrap();
    let service = start(routes).await;
    let with_host = |uri, host| Request::get(uri).header("host", host).body(Body::empty()).unwrap();
    let first =
        async |request| call(&service, request).await.into_body().split(' ').next().map(str::to_owned);
    assert_eq!(first(with_host("/", "only.ORG:8080")).await.as_deref(), Some("only"));
    assert_eq!(first(with_host("/", "other.org")).await.as_deref(), Some("root"));
    assert_eq!(first(get("/")).await.as_deref(), Some("root"));
    // The target replaces the header.
    assert_eq!(first(with_host("http://only.org/", "other.org")).await.as_deref(), Some("only"));
}

#[tokio::test]
async fn a_mapped_host_sees_hostless_mounts_only_by_the_servers_own_address() {
    let routes = Routes::new().map("http://10.0.0.1/a", probe("a")).unwrap().map("/", probe("root")).unwrap();
    let service = start(routes).await;
    let mut request = Request::get("/").header("host", "10.0.0.1:80").body(Body::empty()).unwrap();
    assert_eq!(call(&service, request).await.status(), StatusCode::NOT_FOUND);

    request = Request::get("/").header("host", "10.0.0.1:80").body(Body::empty()).unwrap();
    let local = Some(([10, 0, 0, 1], 80).into());
    let peer = Peer::new(Scheme::Http, local, None);
    let line = Arc::new(Line::new(peer, ()));
    Passage::new(Handover::new(line.clone())).leave_in(&mut request);
    assert_eq!(call(&service, request).await.into_body(), "root sees / at [] [/]");
}

#[tokio::test]
async fn an_error_of_a_service_is_a_500_without_its_text() {
    let failing = http(|_: Request<Body>| async { Err::<::http::Response<String>, _>("a secret") });
    let answer = call(&start(Routes::new().map("/", failing).unwrap()).await, get("/")).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.into_body(), "Internal Server Error");
}

#[tokio::test]
async fn targets_that_are_no_path_are_answered() {
    let service = start(Routes::new().map("/", probe("root")).unwrap()).await;
    let options = Request::options("*").body(Body::empty()).unwrap();
    assert_eq!(call(&service, options).await.status(), StatusCode::NOT_FOUND);
    let connect = Request::connect("example.org:443").body(Body::empty()).unwrap();
    assert_eq!(call(&service, connect).await.status(), StatusCode::OK);
}

#[test]
fn what_cannot_be_mounted_is_an_error_that_says_why() {
    let routes = || Routes::new().map("/rooms/{a}/", probe("a")).unwrap();
    assert_eq!(
        routes().map("/rooms/{b}", probe("b")).unwrap_err().to_string(),
        "`/rooms/{b}`: `/rooms/{a}` is mounted already and takes the same requests"
    );
    assert_eq!(
        routes().map("rooms", probe("b")).unwrap_err().to_string(),
        "`rooms`: a path starts with `/` or `http://host/`"
    );
    assert!(routes().host("a.org/x", probe("b")).is_err());
    assert!(routes().host("a.org", probe("b")).unwrap().map("https://A.org", probe("c")).is_err());
}
