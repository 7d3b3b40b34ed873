use bytes::Bytes;
use http::Response;

use super::fields;
use crate::handshake::rejection::{Rejection, Verdict};

fn response(rejection: Rejection) -> Response<Bytes> {
    match rejection.into_verdict() {
        Verdict::Http(response) => *response,
        Verdict::Close { .. } => panic!("closes"),
    }
}

fn close(rejection: Rejection) -> (u16, String) {
    match rejection.into_verdict() {
        Verdict::Http(_) => panic!("answers"),
        Verdict::Close { code, reason } => (code, reason.into()),
    }
}

#[test]
fn a_status_alone_tells_its_name() {
    let response = response(Rejection::http(401));
    assert_eq!(response.status(), 401);
    assert_eq!(response.body(), "401 Unauthorized");
    assert_eq!(fields(response.headers()), ["content-type: text/plain; charset=utf-8"]);
}

#[test]
fn headers_are_added_and_the_content_type_is_replaced() {
    let rejection = Rejection::http(403)
        .header("Set-Cookie", "a=1")
        .header("set-cookie", "b=2")
        .header("Content-Type", "application/json")
        .body(r#"{"error":"banned"}"#.to_owned());
    let response = response(rejection);
    assert_eq!(response.body(), r#"{"error":"banned"}"#);
    assert_eq!(
        fields(response.headers()),
        ["content-type: application/json", "set-cookie: a=1", "set-cookie: b=2"]
    );
}

#[test]
fn a_status_that_turns_nobody_away_becomes_500() {
    for status in [0, 100, 101, 199, 600, 999, 1000, u16::MAX] {
        assert_eq!(Rejection::http(status).status(), Some(500), "{status}");
    }
    for status in [200, 302, 404, 503, 599] {
        assert_eq!(Rejection::http(status).status(), Some(status));
    }
}

#[test]
fn headers_that_http_does_not_allow_are_left_out() {
    let rejection = Rejection::http(400)
        .header("bad name", "x")
        .header("", "x")
        .header("x-split", "a\r\nSet-Cookie: evil=1")
        .header("content-length", "999")
        .header("transfer-encoding", "chunked");
    assert_eq!(fields(response(rejection).headers()), ["content-type: text/plain; charset=utf-8"]);
}

#[test]
fn a_close_carries_code_and_reason() {
    let rejection = Rejection::close(4401, "expired").header("x", "y").body("unread");
    assert_eq!((rejection.status(), rejection.close_code()), (None, Some(4401)));
    assert_eq!(close(rejection), (4401, "expired".to_owned()));
}

#[test]
fn a_close_code_that_a_server_does_not_send_becomes_1011() {
    for code in [0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2999, 5000, u16::MAX] {
        assert_eq!(Rejection::close(code, "").close_code(), Some(1011), "{code}");
    }
    for code in [1000, 1001, 1008, 1011, 1013, 3000, 4999] {
        assert_eq!(Rejection::close(code, "").close_code(), Some(code));
    }
}

#[test]
fn a_long_reason_is_cut_at_a_character() {
    assert_eq!(close(Rejection::close(4000, "x".repeat(200))).1, "x".repeat(123));
    assert_eq!(close(Rejection::close(4000, "ä".repeat(100))).1, "ä".repeat(61));
}
