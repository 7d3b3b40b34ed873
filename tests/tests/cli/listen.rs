//! Where connections come from.

use std::{fs, os::unix::fs::PermissionsExt as _};

use rustix::process::Signal;
use tokio::net::UnixStream;
use wsrack_tests::{Client, Raw, Result, raw::handshake, signal};

use super::{Folder, tallied};

#[tokio::test]
async fn each_place_is_listened_on() -> Result {
    let folder = Folder::new()?;
    let path = folder.path("x.sock");
    let socket = format!("unix:{path}");
    let mut server =
        tallied(&["--listen", "localhost:0", "--listen", &socket, "--socket-mode", "626"]).await?;
    Raw::open(server.authority(), "/").await?;
    let second = server.line("the second place", |line| line.starts_with("listening on http://")).await?;
    let port = second.trim_start_matches("listening on http://").split('/').next().unwrap_or_default();
    assert_ne!(port, server.authority());
    Raw::open(port, "/").await?;
    let third = server.line("the third place", |line| line.starts_with("listening on ")).await?;
    assert_eq!(third, format!("listening on {socket} (Ctrl-C ends)"));
    Raw::over(UnixStream::connect(&path).await?).upgrade("/").await?;
    assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o626);
    Ok(())
}

/// A process that has stopped accepts nobody: it is the kernel that takes so many.
#[tokio::test]
async fn as_many_wait_to_be_accepted_as_the_backlog_says() -> Result {
    let folder = Folder::new()?;
    let path = folder.path("x.sock");
    let server = tallied(&["--listen", &format!("unix:{path}"), "--backlog", "3", "--workers", "1"]).await?;
    // It accepts, so it has begun.
    Raw::over(UnixStream::connect(&path).await?).upgrade("/").await?;
    signal(server.process(), Signal::STOP)?;
    let mut waiting = Vec::new();
    while let Ok(stream) = UnixStream::connect(&path).await {
        waiting.push(Raw::over(stream));
        assert!(waiting.len() < 500, "nothing bounds them");
    }
    // One more than it says is in the kernel's way of counting; some may have come before it stopped.
    assert!(waiting.len() >= 3, "{}", waiting.len());
    signal(server.process(), Signal::CONT)?;
    for mut raw in waiting {
        raw.upgrade("/").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_trusted_proxy_tells_who_the_client_is() -> Result {
    const LINE: &str = "PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n";
    let mut server = tallied(&["--trusted-proxies", "10.0.0.0/8, 127.0.0.1", "--access-log", "text"]).await?;
    let mut raw = Raw::connect(server.authority()).await?;
    raw.send(format!("{LINE}{}", handshake("/"))).await?;
    assert_eq!(raw.answer().await?.status(), 101);
    drop(raw);
    let line = server.line("the client", |line| line.contains("\"GET / HTTP/1.1\" 101")).await?;
    assert!(line.starts_with("203.0.113.9 - - ["), "{line}");
    let mut raw = Raw::connect(server.authority()).await?;
    raw.send(
        "GET /headers HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.10\r\nConnection: close\r\n\r\n",
    )
    .await?;
    assert_eq!(raw.answer().await?.status(), 426);
    let line = server.line("the client", |line| line.contains("\"GET /headers HTTP/1.1\" 426")).await?;
    assert!(line.starts_with("203.0.113.10 - - ["), "{line}");

    let mut server = tallied(&["--access-log", "text"]).await?;
    let mut raw = Raw::connect(server.authority()).await?;
    raw.send(format!("{LINE}{}", handshake("/"))).await?;
    assert_eq!(raw.answer().await?.status(), 400, "anybody could say so");
    Client::connect(server.ws("/")).await?.leave().await?;
    let line = server.line("the client", |line| line.contains("\"GET / HTTP/1.1\" 101")).await?;
    assert!(line.starts_with("127.0.0.1 - - ["), "{line}");
    Ok(())
}
