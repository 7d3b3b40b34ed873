//! What the settings do to a server.

use std::{fs, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::UnixStream,
    time::timeout,
};
use wsrack_tests::{Client, Example, Raw, Result, get};

use super::{Folder, PATIENCE};

#[tokio::test]
async fn a_unix_socket_is_listened_on() -> Result {
    let folder = Folder::new()?;
    let program = Example::program("echo").await?;
    let mut server = folder.command(&program);
    let mut server = server.args(["-S", "echo.sock", "-e", "production"]).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
    let told = timeout(PATIENCE, lines.next_line()).await??;
    assert_eq!(told.as_deref(), Some("listening on unix:echo.sock (Ctrl-C ends)"));
    let mut raw = Raw::over(UnixStream::connect(folder.path("echo.sock")).await?);
    assert_eq!(raw.upgrade("/").await?.status(), 101);
    server.start_kill()?;
    Ok(())
}

#[tokio::test]
async fn quiet_says_nothing_at_all() -> Result {
    let folder = Folder::new()?;
    let mut server = folder.command(&Example::program("echo").await?);
    let server = server.args(["-q", "-S", "echo.sock", "-e", "development"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let connect = async {
        loop {
            match UnixStream::connect(folder.path("echo.sock")).await {
                Ok(stream) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    };
    let mut raw = Raw::over(timeout(PATIENCE, connect).await?);
    assert_eq!(raw.upgrade("/").await?.status(), 101);
    server.start_kill()?;
    let said = timeout(PATIENCE, server.wait_with_output()).await??;
    assert_eq!(
        (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr)),
        ("".into(), "".into())
    );
    Ok(())
}

#[tokio::test]
async fn options_are_an_applications_own_where_the_file_says_so() -> Result {
    let folder = Folder::new()?;
    let file = folder.file(
        "echo.toml",
        "port = 1\n[options]\nmax_message_size = \"20 B\"\n[apps.\"/fanout\"]\nmax_message_size = \"10 B\"\n",
    )?;
    let echo = Example::start("echo", &["-C", &file]).await?;
    for (path, fits, close) in [("/", 20, 21), ("/fanout", 10, 11)] {
        let mut client = Client::connect(echo.ws(path)).await?;
        client.send("x".repeat(fits)).await?;
        assert_eq!(client.text().await?.len(), fits);
        client.send("x".repeat(close)).await?;
        assert_eq!(client.close().await?.code, 1009);
    }
    let echo = Example::start("echo", &["-C", &file, "--option", "max_message_size=30"]).await?;
    let mut client = Client::connect(echo.ws("/fanout")).await?;
    client.send("x".repeat(30)).await?;
    assert_eq!(client.text().await?.len(), 30, "the command line goes over the file");
    Ok(())
}

#[tokio::test]
async fn all_mounts_move_below_a_prefix_and_the_statistics_do_not() -> Result {
    let echo =
        Example::start("echo", &["--prefix", "/api", "--stats", "/stats", "--option", "send_queue=1MiB"])
            .await?;
    let mut client = Client::connect(echo.ws("/api/fanout")).await?;
    client.send("hello").await?;
    assert_eq!(client.text().await?, "hello");
    assert_eq!(get(&echo.http("/fanout")).await?.0, 404);
    let (status, page) = get(&echo.http("/stats")).await?;
    assert_eq!(status, 200);
    assert!(page.contains("<title>"), "{page}");
    let (status, json) = get(&echo.http("/stats.json")).await?;
    assert_eq!(status, 200);
    let stats: Value = serde_json::from_str(&json)?;
    let total = &stats["total"];
    assert_eq!(
        (&total["open"], &total["messages_in"], &total["bytes_out"]),
        (&1.into(), &1.into(), &5.into())
    );
    let routes = stats["routes"].as_array().map_or(&[][..], Vec::as_slice);
    let open = routes.iter().map(|route| (route["route"].as_str(), route["open"].as_u64()));
    assert!(open.clone().any(|open| open == (Some("/api/fanout"), Some(1))), "{json}");
    Ok(())
}

#[tokio::test]
async fn the_environment_is_told_to_whoever_reads_it() -> Result {
    let echo = Example::start("echo", &["-e", "staging"]).await?;
    let variables = fs::read_to_string(format!("/proc/{}/environ", echo.process()))?;
    assert!(variables.split('\0').any(|variable| variable == "WSRACK_ENV=staging"), "{variables:?}");
    Ok(())
}

#[tokio::test]
async fn development_logs_each_frame() -> Result {
    let mut echo = Example::start("echo", &["-e", "development"]).await?;
    let mut client = Client::connect(echo.ws("/")).await?;
    client.send("a word").await?;
    let line = echo.line("the frame", |line| line.contains("a word")).await?;
    assert!(line.contains("DEBUG wsrack: ") && line.contains("received 6 bytes"), "{line}");
    Ok(())
}

#[tokio::test]
async fn trace_logs_raw_bytes() -> Result {
    let mut echo = Example::start("echo", &["-V"]).await?;
    let mut client = Client::connect(echo.ws("/")).await?;
    echo.line("the request", |line| {
        line.contains("wsrack::bytes: received") && line.contains("GET / HTTP/1.1")
    })
    .await?;
    client.send("a word").await?;
    let line = echo.line("the echo", |line| line.contains("wsrack::bytes: sent 8 bytes")).await?;
    assert!(line.ends_with(r"sent 8 bytes: \x81\x06a word"), "{line}");
    Ok(())
}

#[tokio::test]
async fn a_pool_of_one_thread_serves() -> Result {
    let echo = Example::start("echo", &["--threadpool-size", "1", "--workers", "1"]).await?;
    let mut client = Client::connect(echo.ws("/")).await?;
    client.send("x").await?;
    assert_eq!(client.text().await?, "x");
    Ok(())
}
