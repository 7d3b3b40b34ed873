//! One line for each connection.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{net::UnixStream, sync::Notify, time::timeout};
use wsrack::{AccessLog, Http2, Hub, ServerBuilder, prelude::*};
use wsrack_tests::{
    Http2Client, Raw, Result, Served,
    raw::{frame, handshake},
};

use super::{ours, unix::path};

/// A file in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    fn contains(&self, part: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(part)
    }

    /// All lines, less their times.
    fn texts(&self) -> Vec<String> {
        let timeless = |line: String| {
            let (host, rest) = line.split_once('[').unwrap();
            let (_, rest) = rest.split_once("] ").unwrap();
            let (request, rest) = rest.rsplit_once('"').unwrap();
            let mut words: Vec<_> = rest.trim().split(' ').collect();
            assert!(words.remove(2).parse::<f64>().unwrap() < 60.0, "{line}");
            format!("{host}{request}\" {}", words.join(" "))
        };
        self.take().into_iter().map(timeless).collect()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Echoes; `/?no` is refused, `/?late` accepted and closed. It says one thing of its own.
struct Picky;

#[websocket_app]
impl Picky {
    #[on_upgrade]
    fn check(&self, env: &Env) -> std::result::Result<(), Rejection> {
        match env.query() {
            "no" => Err(Rejection::http(403).body("no")),
            "late" => Err(Rejection::close(4401, "late")),
            _ => Ok(()),
        }
    }

    #[on_open]
    fn greet(&self) -> &'static str {
        "hello"
    }

    #[on_message]
    fn echo(&self, text: &str) -> wsrack::Result<String> {
        if text == "fail" { Err(io::Error::other("failed").into()) } else { Ok(text.to_owned()) }
    }
}

fn builder() -> ServerBuilder {
    let page = |_| async { http::Response::new("a page".to_owned()) };
    wsrack::routes! { "/" => Picky, "/page" => wsrack::http(page) }.server()
}

async fn close(raw: &mut Raw, payload: &[u8]) -> Result {
    raw.send(frame(0x88, payload)).await?;
    raw.rest().await?;
    Ok(())
}

#[tokio::test]
async fn each_connection_has_its_line_when_it_is_over() -> Result {
    let lines = Lines::default();
    let server = builder().probes(true).access_log(AccessLog::text(lines.clone())).workers(1);
    let server = Served::bound(ours(server.bind("127.0.0.1:0").await)?, Hub::default())?;

    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET /page?a=1 HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    assert_eq!(raw.answer().await?.body, "a page");
    raw.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    assert_eq!(raw.answer().await?.status(), 200);
    raw.send(handshake("/?no")).await?;
    assert_eq!(raw.answer().await?.status(), 403);
    raw.upgrade("/x").await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    for _ in 0..2 {
        raw.send(frame(0x81, b"four")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"four".to_vec()));
    }
    close(&mut raw, b"\x03\xe8").await?;

    let mut late = Raw::open(server.addr(), "/?late").await?;
    assert_eq!(late.frame().await?.0, 0x88);
    close(&mut late, b"\x11\x31").await?;

    let mut failing = Raw::open(server.addr(), "/fail").await?;
    failing.send(frame(0x81, b"fail")).await?;
    failing.take(7).await?;
    assert_eq!(failing.frame().await?, (0x88, b"\x03\xf3".to_vec()));
    close(&mut failing, b"\x03\xf3").await?;
    let mut gone = Raw::open(server.addr(), "/gone").await?;
    // What it is greeted with is on its way before it goes.
    gone.frame().await?;
    drop(gone);
    let gone = async {
        while !lines.contains("/gone") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_mins(1), gone).await?;
    server.stop().await?;

    let mut texts = lines.texts();
    let rest = texts.split_off(4);
    assert_eq!(
        texts,
        [
            "127.0.0.1 - - GET /page?a=1 HTTP/1.1\" 200 6",
            "127.0.0.1 - - GET /?no HTTP/1.1\" 403 2",
            // hello, four, four, close; each frame has a header of two bytes, a client's of six.
            "127.0.0.1 - - GET /x HTTP/1.1\" 101 23 1000 client in=2/28 out=3/23",
            "127.0.0.1 - - GET /?late HTTP/1.1\" 101 8 4401 server in=0/8 out=0/8",
        ]
        .map(|line| line.replacen("- - ", "- - \"", 1))
    );
    assert_eq!(rest.len(), 2, "{rest:?}");
    assert_eq!(rest[0], "127.0.0.1 - - \"GET /fail HTTP/1.1\" 101 11 1011 error in=1/18 out=1/11");
    assert!(rest[1].starts_with("127.0.0.1 - - \"GET /gone HTTP/1.1\" 101 7 1006 lost in=0/0"), "{rest:?}");
    Ok(())
}

/// The lines are there, in whatever order, less their times.
async fn lines_are(lines: &Lines, expected: &[&str]) {
    let count = || String::from_utf8_lossy(&lines.0.lock().unwrap()).lines().count();
    let began = Instant::now();
    while count() < expected.len() && began.elapsed() < Duration::from_mins(1) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut texts = lines.texts();
    texts.sort();
    assert_eq!(texts, expected);
}

async fn logged(builder: ServerBuilder) -> Result<(Served, Lines)> {
    let lines = Lines::default();
    let server = ours(builder.access_log(AccessLog::text(lines.clone())).bind("127.0.0.1:0").await)?;
    Ok((Served::bound(server, Hub::default())?, lines))
}

#[tokio::test]
async fn a_head_that_is_no_request_has_a_line() -> Result {
    let (server, lines) = logged(builder().handshake_timeout(Duration::from_secs(2))).await?;
    let heads = [
        format!("GET /w s HTTP/1.1\r\nHost: {}\r\n\r\n", "a"),
        format!("GET / HTTP/1.1\r\nX-A: {}\r\n\r\n", "a".repeat(200_000)),
        format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)),
    ];
    for head in heads {
        let mut raw = Raw::connect(server.addr()).await?;
        // The server may have ended it already.
        let _cut = raw.send(head).await;
        raw.head().await?;
    }
    let mut slow = Raw::connect(server.addr()).await?;
    slow.send("GET / HT").await?;
    assert_eq!(slow.rest().await?, b"");
    let mut gone = Raw::connect(server.addr()).await?;
    gone.send("GET / HTTP/1.1\r\nHo").await?;
    drop(gone);
    // Without a byte, and between two requests, there is nothing to write of.
    let mut silent = Raw::connect(server.addr()).await?;
    assert_eq!(silent.rest().await?, b"");
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET b HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    assert_eq!(raw.answer().await?.status(), 400);
    let expected = [
        "127.0.0.1 - - \"-\" 400 -",
        "127.0.0.1 - - \"-\" 400 0",
        "127.0.0.1 - - \"-\" 408 -",
        "127.0.0.1 - - \"-\" 414 0",
        "127.0.0.1 - - \"-\" 431 0",
        "127.0.0.1 - - \"GET b HTTP/1.1\" 400 69",
    ];
    lines_are(&lines, &expected).await;
    server.stop().await
}

#[tokio::test]
async fn who_is_turned_away_has_a_line() -> Result {
    let (server, lines) = logged(builder().max_connections(0)).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    let answer = raw.answer().await?;
    drop(raw);
    lines_are(&lines, &[&format!("127.0.0.1 - - \"-\" 503 {}", answer.body.len())]).await;
    server.stop().await
}

#[tokio::test]
async fn who_has_no_answer_has_a_line() -> Result {
    let asked = Arc::new(Notify::new());
    let asks = asked.clone();
    let never = move |_| {
        asks.notify_one();
        std::future::pending::<http::Response<String>>()
    };
    let routes = wsrack::routes! { "/" => wsrack::http(never) };
    let builder = routes.server().http2(Http2::new()).grace(Duration::from_millis(100));
    let (server, lines) = logged(builder).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    asked.notified().await;
    drop(raw);
    lines_are(&lines, &["127.0.0.1 - - \"GET /never HTTP/1.1\" 499 -"]).await;
    let mut client = Http2Client::connect(server.addr()).await?;
    tokio::select! {
        _ = client.ask(http::Request::get("http://a/reset").body(())?) => panic!("it is never answered"),
        () = asked.notified() => {}
    }
    lines_are(&lines, &["127.0.0.1 - - \"GET /reset HTTP/2.0\" 499 -"]).await;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    asked.notified().await;
    server.stop().await?;
    lines_are(&lines, &["127.0.0.1 - - \"GET /late HTTP/1.1\" 499 -"]).await;
    Ok(())
}

#[tokio::test]
async fn json_has_the_same_and_says_when() -> Result {
    let (lines, file) = (Lines::default(), path()?);
    let server = builder().access_log(AccessLog::json(lines.clone())).bind_unix(&file).await;
    let server = ours(server)?;
    let (handle, serving) = (server.handle(), tokio::spawn(server.serve()));
    let mut raw = Raw::over(UnixStream::connect(&file).await?);
    raw.upgrade("/").await?;
    assert_eq!(raw.frame().await?.0, 0x81);
    handle.stop();
    assert_eq!(raw.frame().await?.0, 0x88);
    raw.send(frame(0x88, b"\x03\xe9")).await?;
    assert_eq!(raw.rest().await?, b"");
    ours(serving.await?)?;
    let lines = lines.take();
    assert_eq!(lines.len(), 1);
    let line: Value = serde_json::from_str(&lines[0])?;
    let expected = [
        ("host", Value::Null),
        ("method", "GET".into()),
        ("target", "/".into()),
        ("version", "HTTP/1.1".into()),
        ("status", 101.into()),
        ("code", 1001.into()),
        ("cause", "shutdown".into()),
        ("messages_in", 0.into()),
        ("messages_out", 1.into()),
        ("bytes_in", 8.into()),
    ];
    for (name, value) in expected {
        assert_eq!(line[name], value, "{name}: {line}");
    }
    assert!(line["time"].as_str().unwrap().ends_with('Z'));
    Ok(())
}
