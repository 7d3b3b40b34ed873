//! Every broken handshake with the whole of its answer.

use super::{facts, fields, request, settings};
use crate::handshake::negotiate;
use crate::handshake::rejection::{Rejection, Verdict};

/// What is wrong, the edits to a good request, status, headers beside `Content-Type`, body.
type Row = (&'static str, &'static [&'static str], u16, &'static [&'static str], &'static str);

const UPGRADE: &[&str] = &["upgrade: websocket", "connection: Upgrade"];
const VERSIONS: &[&str] = &["sec-websocket-version: 13, 8, 7"];
const UPGRADE_VERSIONS: &[&str] =
    &["upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13, 8, 7"];
const ALLOW: &[&str] = &["allow: GET"];
const CLOSE: &[&str] = &["connection: close"];

const PLAIN: &str = "this is a WebSocket; connect with a WebSocket client";
const METHOD: &str = "a WebSocket handshake is a GET request";
const HTTP: &str = "a WebSocket handshake needs HTTP/1.1";
const NO_UPGRADE: &str = "the header `Upgrade: websocket` is missing; a proxy in between may have dropped it";
const NO_CONNECTION: &str =
    "the header `Connection: Upgrade` is missing; a proxy in between may have dropped it";
const BODY: &str = "a WebSocket handshake has no body";
const NO_HOST: &str = "the Host header is missing";
const HOSTS: &str = "the Host header stands there more than once";
const BAD_HOST: &str = "the Host header is not a host name or address with an optional port";
const NO_VERSION: &str = "the Sec-WebSocket-Version header is missing; the versions spoken here: 13, 8, 7";
const TWO_VERSIONS: &str =
    "Sec-WebSocket-Version is to name one version, and once; the versions spoken here: 13, 8, 7";
const BAD_VERSION: &str =
    "Sec-WebSocket-Version is not a number from 0 to 255; the versions spoken here: 13, 8, 7";
const NEW_VERSION: &str = "this WebSocket version is not known; the versions spoken here: 13, 8, 7";
const HIXIE_75: &str = "no Sec-WebSocket-Version and no Sec-WebSocket-Key: this is a handshake of hixie-75, which is not spoken here";
const EARLY: &str = "Sec-WebSocket-Key1, -Key2 or -Draft: this is a handshake of hixie-76 or hybi-00 to -03, which \
                     are not spoken here";
const NO_KEY: &str = "the Sec-WebSocket-Key header is missing";
const KEYS: &str = "the Sec-WebSocket-Key header stands there more than once";
const BAD_KEY: &str = "Sec-WebSocket-Key is not the base64 form of 16 bytes";
const ORIGIN: &str = "pages of this origin may not connect";
const PROTOCOLS: &str = "Sec-WebSocket-Protocol is not a list of names with commas between them";

const REQUEST_ROWS: &[Row] = &[
    (
        "a page opened in a browser",
        &["-Upgrade", "-Connection", "-Sec-WebSocket-Key", "-Sec-WebSocket-Version"],
        426,
        UPGRADE,
        PLAIN,
    ),
    (
        "a plain HTTP/1.0 request",
        &["GET / HTTP/1.0", "-Upgrade", "-Sec-WebSocket-Key", "-Sec-WebSocket-Version"],
        426,
        UPGRADE,
        PLAIN,
    ),
    (
        "an upgrade to something else",
        &["=Upgrade: h2c", "-Sec-WebSocket-Key", "-Sec-WebSocket-Version"],
        426,
        UPGRADE,
        PLAIN,
    ),
    ("a POST handshake", &["POST /chat HTTP/1.1"], 405, ALLOW, METHOD),
    (
        "a plain POST",
        &["POST / HTTP/1.1", "-Upgrade", "-Sec-WebSocket-Key", "-Sec-WebSocket-Version"],
        405,
        ALLOW,
        METHOD,
    ),
    ("a HEAD handshake", &["HEAD /chat HTTP/1.1"], 405, ALLOW, METHOD),
    ("an OPTIONS request", &["OPTIONS * HTTP/1.1", "-Upgrade", "-Sec-WebSocket-Version"], 405, ALLOW, METHOD),
    ("a method in lower case", &["get /chat HTTP/1.1"], 405, ALLOW, METHOD),
    ("HTTP/1.0", &["GET /chat HTTP/1.0"], 426, UPGRADE, HTTP),
    #[cfg(not(feature = "http2"))]
    ("HTTP/2 without extended CONNECT", &["GET /chat HTTP/2"], 426, UPGRADE, HTTP),
    ("no Upgrade", &["-Upgrade"], 426, UPGRADE, NO_UPGRADE),
    ("an empty Upgrade", &["=Upgrade: "], 426, UPGRADE, NO_UPGRADE),
    ("another Upgrade", &["=Upgrade: h2c"], 426, UPGRADE, NO_UPGRADE),
    ("an Upgrade with a version", &["=Upgrade: websocket/13"], 426, UPGRADE, NO_UPGRADE),
    ("an Upgrade that begins alike", &["=Upgrade: websockets"], 426, UPGRADE, NO_UPGRADE),
    ("no Connection", &["-Connection"], 400, &[], NO_CONNECTION),
    ("Connection: close", &["=Connection: close"], 400, &[], NO_CONNECTION),
    ("Connection: keep-alive", &["=Connection: keep-alive"], 400, &[], NO_CONNECTION),
    ("blanks for commas in Connection", &["=Connection: keep-alive Upgrade"], 400, &[], NO_CONNECTION),
    ("a body with a length", &["Content-Length: 8"], 400, CLOSE, BODY),
    ("a body in chunks", &["Transfer-Encoding: chunked"], 400, CLOSE, BODY),
    ("no Host", &["-Host"], 400, &[], NO_HOST),
    ("two Hosts", &["Host: server.example.com"], 400, &[], HOSTS),
    ("an empty Host", &["=Host: "], 400, &[], BAD_HOST),
    ("a Host with a scheme", &["=Host: http://example.com"], 400, &[], BAD_HOST),
    ("a Host with a user", &["=Host: me@example.com"], 400, &[], BAD_HOST),
    ("a Host with a path", &["=Host: example.com/"], 400, &[], BAD_HOST),
    ("a Host with a port too large", &["=Host: example.com:65536"], 400, &[], BAD_HOST),
    ("a Host with a signed port", &["=Host: example.com:+80"], 400, &[], BAD_HOST),
    ("an IPv6 Host without brackets", &["=Host: ::1"], 400, &[], BAD_HOST),
    ("an open bracket in Host", &["=Host: [::1"], 400, &[], BAD_HOST),
    ("two names in Host", &["=Host: a.example, b.example"], 400, &[], BAD_HOST),
    ("a Host that is not ASCII", &["=Host: exämple.com"], 400, &[], BAD_HOST),
];

const WEBSOCKET_ROWS: &[Row] = &[
    ("no version", &["-Sec-WebSocket-Version"], 400, VERSIONS, NO_VERSION),
    (
        "no version and no key, but a protocol",
        &["-Sec-WebSocket-Version", "-Sec-WebSocket-Key", "Sec-WebSocket-Protocol: chat"],
        400,
        VERSIONS,
        NO_VERSION,
    ),
    ("the version twice", &["Sec-WebSocket-Version: 13"], 400, VERSIONS, TWO_VERSIONS),
    ("two versions", &["Sec-WebSocket-Version: 8"], 400, VERSIONS, TWO_VERSIONS),
    ("a list of versions", &["=Sec-WebSocket-Version: 13, 8"], 400, VERSIONS, TWO_VERSIONS),
    ("an empty version", &["=Sec-WebSocket-Version: "], 400, VERSIONS, BAD_VERSION),
    ("a version that is no number", &["=Sec-WebSocket-Version: abc"], 400, VERSIONS, BAD_VERSION),
    ("a signed version", &["=Sec-WebSocket-Version: +13"], 400, VERSIONS, BAD_VERSION),
    ("a leading zero", &["=Sec-WebSocket-Version: 013"], 400, VERSIONS, BAD_VERSION),
    ("a fraction", &["=Sec-WebSocket-Version: 13.0"], 400, VERSIONS, BAD_VERSION),
    ("a version beyond a byte", &["=Sec-WebSocket-Version: 256"], 400, VERSIONS, BAD_VERSION),
    (
        "a version beyond all numbers",
        &["=Sec-WebSocket-Version: 99999999999999999999999"],
        400,
        VERSIONS,
        BAD_VERSION,
    ),
    ("version 0", &["=Sec-WebSocket-Version: 0"], 426, UPGRADE_VERSIONS, NEW_VERSION),
    ("a reserved version", &["=Sec-WebSocket-Version: 12"], 426, UPGRADE_VERSIONS, NEW_VERSION),
    ("a future version", &["=Sec-WebSocket-Version: 14"], 426, UPGRADE_VERSIONS, NEW_VERSION),
    ("the highest version", &["=Sec-WebSocket-Version: 255"], 426, UPGRADE_VERSIONS, NEW_VERSION),
    (
        "hybi-06",
        &["=Sec-WebSocket-Version: 6"],
        426,
        UPGRADE_VERSIONS,
        "hybi-06 is not spoken here; the versions that are: 13, 8, 7",
    ),
    (
        "hybi-04",
        &["=Sec-WebSocket-Version: 4"],
        426,
        UPGRADE_VERSIONS,
        "hybi-04 is not spoken here; the versions that are: 13, 8, 7",
    ),
    (
        "hixie-75",
        &["=Upgrade: WebSocket", "-Sec-WebSocket-Version", "-Sec-WebSocket-Key"],
        400,
        CLOSE,
        HIXIE_75,
    ),
    (
        "hixie-76",
        &[
            "-Sec-WebSocket-Version",
            "-Sec-WebSocket-Key",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
            "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
        ],
        400,
        CLOSE,
        EARLY,
    ),
    (
        "half of hixie-76",
        &["-Sec-WebSocket-Version", "-Sec-WebSocket-Key", "Sec-WebSocket-Key2: 1 2"],
        400,
        CLOSE,
        EARLY,
    ),
    ("hybi-02", &["-Sec-WebSocket-Version", "Sec-WebSocket-Draft: 2"], 400, CLOSE, EARLY),
    ("no key", &["-Sec-WebSocket-Key"], 400, &[], NO_KEY),
    (
        "the keys of an old draft with a version",
        &["-Sec-WebSocket-Key", "Sec-WebSocket-Key1: 1 2"],
        400,
        &[],
        NO_KEY,
    ),
    ("the key twice", &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="], 400, &[], KEYS),
    (
        "two keys in one field",
        &["=Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="],
        400,
        &[],
        BAD_KEY,
    ),
    ("an empty key", &["=Sec-WebSocket-Key: "], 400, &[], BAD_KEY),
    ("a key of 13 bytes", &["=Sec-WebSocket-Key: SGVsbG8sIHdvcmxkIQ=="], 400, &[], BAD_KEY),
    ("a key of 17 bytes", &["=Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE="], 400, &[], BAD_KEY),
    ("a key without padding", &["=Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"], 400, &[], BAD_KEY),
    ("a key in the alphabet of URLs", &["=Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25-_Q=="], 400, &[], BAD_KEY),
    ("a key with a hole", &["=Sec-WebSocket-Key: dGhlIHNhbX=sZSBub25jZQ=="], 400, &[], BAD_KEY),
    ("a foreign page", &["Origin: http://evil.example"], 403, &[], ORIGIN),
    ("a sandboxed page", &["Origin: null"], 403, &[], ORIGIN),
    ("a protocol with a blank", &["Sec-WebSocket-Protocol: chat super"], 400, &[], PROTOCOLS),
    ("a protocol in quotes", &["Sec-WebSocket-Protocol: \"chat\""], 400, &[], PROTOCOLS),
    ("a protocol with a parameter", &["Sec-WebSocket-Protocol: chat;v=1"], 400, &[], PROTOCOLS),
    ("a protocol that is not ASCII", &["Sec-WebSocket-Protocol: chät"], 400, &[], PROTOCOLS),
    (
        "a bad protocol in the second field",
        &["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: a/b"],
        400,
        &[],
        PROTOCOLS,
    ),
];

#[test]
fn every_broken_handshake_gets_its_answer() {
    for row in REQUEST_ROWS.iter().chain(WEBSOCKET_ROWS) {
        check(row, &[]);
    }
}

#[test]
fn the_version_list_is_that_of_the_route() {
    let only = [("drafts", "13")];
    let headers = &["upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
    let body = "hybi-08 is not spoken here; the versions that are: 13";
    check(&("a draft that this route leaves out", &["=Sec-WebSocket-Version: 8"], 426, headers, body), &only);
    let body = "this WebSocket version is not known; the versions spoken here: 13";
    check(&("an unknown version", &["=Sec-WebSocket-Version: 99"], 426, headers, body), &only);
}

fn check((what, edits, status, headers, body): &Row, options: &[(&str, &str)]) {
    let refusal = negotiate(&request(edits), &settings(options), facts(false)).expect_err(what);
    let Verdict::Http(response) = Rejection::from(refusal).into_verdict() else {
        panic!("{what}: a refusal is an HTTP answer");
    };
    assert_eq!(response.status(), *status, "{what}");
    assert_eq!(response.body(), body, "{what}");
    let expected: Vec<_> =
        headers.iter().copied().chain(["content-type: text/plain; charset=utf-8"]).collect();
    assert_eq!(fields(response.headers()), expected, "{what}");
}
