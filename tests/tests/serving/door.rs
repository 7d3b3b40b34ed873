//! Who is one too many for the whole server, and what is done when nothing is left to serve with.

use std::{path::Path, time::Duration};

use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    process::Command,
    time::{Instant, timeout},
};
use wsrack::{Hub, ServerBuilder};
use wsrack_tests::{
    Example, Logged, Raw, Result, Served,
    raw::{frame, handshake},
};

use super::{Echo, ours};

const PAGE: &str = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n";

async fn serve(limit: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Result<Served> {
    let page = |_| async { http::Response::new("a page".to_owned()) };
    let routes = wsrack::routes! { "/" => Echo, "/page" => wsrack::http(page) };
    Served::bound(ours(limit(routes.server()).bind("127.0.0.1:0").await)?, Hub::default())
}

/// The answer to whoever comes now, who is turned away and may read why.
async fn refused(server: &Served) -> Result<String> {
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake("/")).await?;
    let answer = raw.answer().await?;
    assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("5")), "{answer:?}");
    assert_eq!(raw.rest().await?, b"");
    Ok(answer.body)
}

/// Tries until there is a place.
async fn open(server: &Served) -> Result<Raw> {
    let attempts = async {
        loop {
            if let Ok(raw) = Raw::open(server.addr(), "/").await {
                return raw;
            }
        }
    };
    Ok(timeout(Duration::from_mins(1), attempts).await?)
}

#[tokio::test]
async fn one_too_many_is_turned_away_before_it_has_asked() -> Result {
    let server = serve(|server| server.max_connections(2)).await?;
    let (mut first, second) = (open(&server).await?, TcpStream::connect(server.addr()).await?);
    let full = "the server has as many connections as it may have\n";
    assert_eq!(refused(&server).await?, full);
    let mut silent = Raw::connect(server.addr()).await?;
    assert_eq!(silent.answer().await?.status(), 503, "nothing had to be sent");

    drop(second);
    let mut third = open(&server).await?;
    third.send(frame(0x81, b"third")).await?;
    assert_eq!(third.frame().await?, (0x81, b"third".to_vec()));
    first.send(frame(0x88, b"")).await?;
    assert_eq!(first.rest().await?, [0x88, 0]);
    drop((open(&server).await?, third));
    server.stop().await
}

#[tokio::test]
async fn an_address_has_its_own_limit() -> Result {
    let server = serve(|server| server.max_connections_per_ip(1)).await?;
    let first = open(&server).await?;
    assert_eq!(refused(&server).await?, "your address has as many connections as it may have\n");
    drop(first);
    drop(open(&server).await?);
    server.stop().await
}

/// The most lines of one kind: one, and a further one for every five seconds that it took.
fn lines_since(start: Instant) -> usize {
    1 + usize::try_from(start.elapsed().as_secs() / 5).unwrap_or_default()
}

#[tokio::test]
async fn those_who_are_turned_away_are_one_line_in_the_log() -> Result {
    let logged = Logged::default();
    let _guard = tracing::subscriber::set_default(logged.clone());
    let server = serve(|server| server.max_connections(0)).await?;
    let start = Instant::now();
    for _ in 0..20 {
        refused(&server).await?;
    }
    let lines = logged.take().into_iter().filter(|line| line.contains("turned away")).count();
    assert!((1..=lines_since(start)).contains(&lines), "{lines}");
    server.stop().await
}

#[tokio::test]
async fn what_strangers_break_is_one_line_in_the_log_for_each_kind() -> Result {
    let logged = Logged::default();
    let _guard = tracing::subscriber::set_default(logged.clone());
    let server = serve(|server| server).await?;
    let start = Instant::now();
    let foreign = handshake("/").replace("\r\n\r\n", "\r\nOrigin: http://evil.example\r\n\r\n");
    for _ in 0..20 {
        let mut raw = Raw::open(server.addr(), "/").await?;
        raw.send(frame(0x83, b"a reserved opcode")).await?;
        raw.rest().await?;
        let mut raw = Raw::connect(server.addr()).await?;
        raw.send(&foreign).await?;
        assert_eq!(raw.answer().await?.status(), 403);
    }
    server.stop().await?;
    let lines = logged.take();
    let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
    let most = lines_since(start);
    assert!((1..=most).contains(&count("origin is not allowed")), "{lines:#?}");
    assert!((1..=most).contains(&count("broke the protocol")), "{lines:#?}");
    Ok(())
}

#[tokio::test]
async fn some_may_wait_for_a_further_request() -> Result {
    let server = serve(|server| server.max_keep_alive(1)).await?;
    let mut first = Raw::connect(server.addr()).await?;
    for _ in 0..2 {
        first.send(PAGE).await?;
        assert_eq!(first.answer().await?.header("connection"), None);
    }
    let mut second = Raw::connect(server.addr()).await?;
    second.send(PAGE).await?;
    assert_eq!(second.answer().await?.header("connection"), Some("close"));
    assert_eq!(second.rest().await?, b"");
    // A connection that goes over to an application does not count.
    first.upgrade("/").await?;
    let mut third = Raw::connect(server.addr()).await?;
    third.send(PAGE).await?;
    assert_eq!(third.answer().await?.header("connection"), None);
    drop(first);
    server.stop().await
}

#[tokio::test]
async fn who_waits_for_a_further_request_does_not_wait_for_ever() -> Result {
    let server = serve(|server| server.handshake_timeout(Duration::from_secs(2))).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(PAGE).await?;
    assert_eq!(raw.answer().await?.body, "a page");
    raw.rest().await?;
    let mut silent = TcpStream::connect(server.addr()).await?;
    timeout(Duration::from_secs(20), silent.read_to_end(&mut Vec::new())).await??;
    server.stop().await
}

#[tokio::test]
async fn handshakes_beyond_the_limit_wait_for_those_before() -> Result {
    let limit = |server: ServerBuilder| server.max_handshakes(1).handshake_timeout(Duration::from_secs(1));
    let server = serve(limit).await?;
    let idle = Raw::open(server.addr(), "/").await?;
    let start = Instant::now();
    let slow = TcpStream::connect(server.addr()).await?;
    let mut waits = Raw::open(server.addr(), "/").await?;
    assert!(start.elapsed() > Duration::from_millis(500), "{:?}", start.elapsed());
    waits.send(frame(0x81, b"here")).await?;
    assert_eq!(waits.frame().await?, (0x81, b"here".to_vec()));
    drop((idle, slow, waits));
    server.stop().await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_descriptors_clients_wait_until_there_are_some() -> Result {
    let mut server = Example::run("pressed", Path::new(env!("CARGO_BIN_EXE_pressed")), &[]).await?;
    let descriptors = std::fs::read_dir(format!("/proc/{}/fd", server.process()))?.count();
    let limited = Command::new("prlimit")
        .args(["--pid", &server.process().to_string(), &format!("--nofile={}", descriptors + 10)])
        .status();
    assert!(limited.await?.success());
    let mut clients = Vec::new();
    for _ in 0..30 {
        let mut raw = Raw::connect(server.authority()).await?;
        raw.send(handshake("/echo")).await?;
        clients.push(raw);
    }
    let line = server.line("that nothing is left", |line| line.contains("cannot be accepted")).await?;
    assert!(line.contains("Too many open files") && line.ends_with("; accepting pauses"), "{line}");
    // All are served in the end, as others leave.
    for mut raw in clients {
        assert_eq!(raw.answer().await?.status(), 101);
        raw.send(frame(0x82, b"here")).await?;
        assert_eq!(raw.frame().await?, (0x82, b"here".to_vec()));
    }
    Ok(())
}
