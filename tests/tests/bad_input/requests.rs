//! Requests that break a rule, and the answer to each.

use wsrack_tests::{Raw, Result, Served, raw};

pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) request: Vec<u8>,
    /// As [`answer`] writes it.
    pub(crate) answer: String,
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |what: &str, request: &[u8], answer: &str| Row {
        what: what.to_owned(),
        request: request.to_vec(),
        answer: answer.to_owned(),
    };
    let mut rows: Vec<_> = NO_HTTP.iter().map(|(what, request)| row(what, request, BAD_REQUEST)).collect();
    rows.extend(ODD_HTTP.iter().map(|(what, request, answer)| row(what, request, answer)));
    rows.extend(TARGETS.iter().map(|(what, request, answer)| row(what, request.as_bytes(), answer)));
    rows.extend(too_large().map(|(what, request, answer)| row(what, request.as_bytes(), answer)));
    rows.extend(handshakes());
    rows
}

/// The answer to a request: status, headers but those that any answer has, body; then whether the connection has ended,
/// is a WebSocket, or takes a further request.
pub(crate) async fn answer(server: &Served, request: &[u8]) -> Result<String> {
    let mut raw = Raw::connect(server.addr()).await?;
    // A server that has read enough may end the connection before it was told all.
    let _cut = raw.send(request).await;
    let has_body = !request.starts_with(b"HEAD ");
    let Ok(answer) = (if has_body { raw.answer().await } else { raw.head().await }) else {
        return Ok("-> ended".to_owned());
    };
    let mut lines = vec![answer.status_line.clone()];
    let ordinary = |name: &str| matches!(name, "date" | "content-length" | "content-type");
    let special = answer.headers.iter().filter(|(name, _)| !ordinary(name));
    lines.extend(special.map(|(name, value)| format!("{name}: {value}")));
    if !answer.body.is_empty() {
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{answer:?}");
        lines.push(answer.body.clone());
    }
    lines.push(fate(raw, answer.status()).await?.to_owned());
    Ok(lines.join("\n"))
}

async fn fate(mut raw: Raw, status: u16) -> Result<&'static str> {
    if status == 101 {
        raw.send(raw::frame(0x81, b"hello")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
        return Ok("-> a WebSocket");
    }
    // To a connection that has ended, even the write may fail.
    let refused = raw.send(raw::handshake("/ws")).await.is_err();
    if refused || raw.answer().await.is_err() { Ok("-> ended") } else { Ok("-> goes on") }
}

const BAD_REQUEST: &str = "HTTP/1.1 400 Bad Request\nconnection: close\n-> ended";

const NO_HTTP: &[(&str, &[u8])] = &[
    ("garbage", b"\x00\x01\x02\x03\r\n\r\n"),
    ("a TLS client's hello", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"),
    ("HTTP/0.9", b"GET /ws\r\n\r\n"),
    ("HTTP/3.0", b"GET /ws HTTP/3.0\r\nHost: a\r\n\r\n"),
    ("no path", b"GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a blank in the path", b"GET /w s HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a NUL in the path", b"GET /w\0s HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a NUL in a value", b"GET /ws HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\n\r\n"),
    ("a blank before the colon", b"GET /ws HTTP/1.1\r\nHost : a\r\n\r\n"),
    ("a folded line", b"GET /ws HTTP/1.1\r\nHost: a\r\nX-A: a\r\n b\r\n\r\n"),
    ("a line without a colon", b"GET /ws HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n"),
    ("a bare CR", b"GET /ws HTTP/1.1\r\nHost: a\rX-A: b\r\n\r\n"),
    ("two lengths", b"POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ("a length that is no number", b"POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
];

const ODD_HTTP: &[(&str, &[u8], &str)] = &[
    ("an HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "-> ended"),
    (
        "chunks and a length: the chunks count, and the connection is not used again",
        b"POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 405 Method Not Allowed\nallow: GET\nconnection: close\na WebSocket handshake is a GET request\n-> ended",
    ),
    (
        "a tunnel",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
        "HTTP/1.1 404 Not Found\nx-cascade: pass\nNot Found: \n-> goes on",
    ),
    (
        "the options of the whole server",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "HTTP/1.1 404 Not Found\nx-cascade: pass\nNot Found: *\n-> goes on",
    ),
    (
        "lines that end in a bare LF, which RFC 9112 lets a server take",
        b"GET /nowhere HTTP/1.1\nHost: a\n\n",
        "HTTP/1.1 404 Not Found\nx-cascade: pass\nNot Found: /nowhere\n-> goes on",
    ),
];

/// At `root.example` any path is a page.
const TARGETS: &[(&str, &str, &str)] = &[
    ("no slash before the path", "GET n HTTP/1.1\r\nHost: root.example\r\n\r\n", NO_PATH),
    ("a host and a port alone", "GET a:80 HTTP/1.1\r\nHost: root.example\r\n\r\n", NO_PATH),
    (
        "a handshake without a slash",
        "GET ws HTTP/1.1\r\nHost: only.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        NO_PATH,
    ),
    ("an asterisk that is asked for", "GET * HTTP/1.1\r\nHost: root.example\r\n\r\n", NO_PATH),
    ("a whole URL", "GET http://root.example/x HTTP/1.1\r\nHost: root.example\r\n\r\n", A_PAGE),
    ("a whole URL without a path", "GET http://root.example HTTP/1.1\r\nHost: root.example\r\n\r\n", A_PAGE),
    ("the options of a path", "OPTIONS /x HTTP/1.1\r\nHost: root.example\r\n\r\n", A_PAGE),
];

const NO_PATH: &str = "HTTP/1.1 400 Bad Request\nconnection: close\n\
                       a request's target begins with `/`, or is a whole URL (RFC 9112, 3.2)\n-> ended";

const A_PAGE: &str = "HTTP/1.1 200 OK\na page\n-> goes on";

fn too_large() -> [(&'static str, String, &'static str); 5] {
    let too_large = "HTTP/1.1 431 Request Header Fields Too Large\nconnection: close\n-> ended";
    let head = |line: &str, more: &str| format!("{line}\r\nHost: a\r\n{more}\r\n");
    [
        (
            "a header of 1 MB",
            head("GET /ws HTTP/1.1", &format!("X-A: {}\r\n", "a".repeat(1_000_000))),
            too_large,
        ),
        (
            "a head of 1 MB without an end",
            format!("GET /ws HTTP/1.1\r\nX-A: {}", "a".repeat(1_000_000)),
            too_large,
        ),
        ("101 headers", head("GET /ws HTTP/1.1", &"X-A: a\r\n".repeat(100)), too_large),
        (
            "a path of 70 KB",
            head(&format!("GET /{} HTTP/1.1", "a".repeat(70_000)), ""),
            "HTTP/1.1 414 URI Too Long
connection: close
-> ended",
        ),
        (
            "80 headers of 3 KB",
            head(
                "GET /ws HTTP/1.1",
                &format!(
                    "X-A: {}
",
                    "a".repeat(3000)
                )
                .repeat(80),
            ),
            too_large,
        ),
    ]
}

fn handshakes() -> impl Iterator<Item = Row> {
    let cases = include_str!("handshakes.txt").split("\n\n").filter(|case| !case.starts_with('#'));
    cases.map(|case| {
        let (what, rest) = case.trim_end().split_once('\n').unwrap();
        let edits: Vec<_> = rest.lines().map_while(|line| line.strip_prefix("> ")).collect();
        let answer = rest.lines().skip(edits.len()).collect::<Vec<_>>().join("\n");
        Row { what: what.to_owned(), request: edited(&edits).into_bytes(), answer }
    })
}

/// A right handshake for `/ws`, changed as `handshakes.txt` tells.
fn edited(edits: &[&str]) -> String {
    let whole = raw::handshake("/ws");
    let mut lines: Vec<String> = whole.trim_end().split("\r\n").map(str::to_owned).collect();
    let is = |line: &String, name: &str| {
        line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    for edit in edits {
        if edit.contains(" HTTP/") {
            (*edit).clone_into(&mut lines[0]);
        } else if let Some(name) = edit.strip_prefix('-') {
            lines.retain(|line| !is(line, name));
        } else if let Some(field) = edit.strip_prefix('=') {
            let name = field.split(':').next().unwrap_or_default();
            lines.retain(|line| !is(line, name));
            lines.push(field.to_owned());
        } else {
            lines.push((*edit).to_owned());
        }
    }
    lines.join("\r\n") + "\r\n\r\n"
}
