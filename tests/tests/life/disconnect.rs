//! A line that breaks cancels nothing: what came is handled, then `on_close` runs.

use std::time::Duration;

use wsrack::prelude::*;
use wsrack::testing::Faults;

use crate::frames::client;
use crate::probe::{patient, probe, scripted};

const LOST: &str = r#"close 1006 "" unclean Lost"#;

#[tokio::test(start_paused = true)]
async fn the_end_of_the_stream_without_a_close_frame() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    drop(server.connect("/").await?);
    journal.is(server, &[LOST]).await
}

#[tokio::test(start_paused = true)]
async fn a_half_closed_stream() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.shutdown().await?;
    client.expect_end().await;
    journal.is(server, &[LOST]).await
}

#[tokio::test(start_paused = true)]
async fn a_reset() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let client = server.connect("/").await?;
    client.line().reset();
    journal.is(server, &[LOST]).await
}

#[tokio::test(start_paused = true)]
async fn a_line_that_dies_inside_a_frame_wherever_that_is() -> wsrack::Result {
    let frame = client::text("never whole");
    for bytes in 1..frame.len() {
        let (server, journal) = probe(Options::new()).await?;
        let mut client = server.connect("/").raw().await?;
        client.line().cut_after(client::text("whole").len() + bytes);
        client.write([client::text("whole"), frame.clone()].concat()).await?;
        journal.is(server, &["begin whole", "end whole", LOST]).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_line_that_dies_in_the_handshake_runs_no_handler() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    for bytes in 0..60 {
        assert!(server.connect("/").faults(Faults::default().cut_after(bytes)).await.is_err());
    }
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_handler_at_work_finishes_and_then_sends_fail() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("sleep 20").await?;
    client.send("send x").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(client);
    // `send x` ends in "already closed", which is no error.
    let lines = ["begin sleep 20", "end sleep 20", "begin send x", "end send x", LOST];
    journal.is(server, &lines).await
}

#[tokio::test(start_paused = true)]
async fn an_on_open_at_work_finishes_before_the_messages_that_came() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "sleep 20", "").await?;
    let mut client = server.connect("/").await?;
    client.send("one").await?;
    client.send("two").await?;
    drop(client);
    journal.is(server, &["begin one", "end one", "begin two", "end two", LOST]).await
}

#[tokio::test(start_paused = true)]
async fn all_messages_that_came_are_delivered_more_than_may_wait_in_memory() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("sleep 20").await?;
    for number in 0..4000 {
        client.send(format!("{number}")).await?;
    }
    drop(client);
    let lines = {
        let mut journal = journal;
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != LOST) {
            lines.push(journal.next().await);
        }
        lines.extend(journal.rest(server).await?);
        lines
    };
    let expected = (0..4000).flat_map(|number| [format!("begin {number}"), format!("end {number}")]);
    assert!(lines[2..lines.len() - 1].iter().eq(expected.collect::<Vec<_>>().iter()), "{lines:?}");
    assert_eq!(lines.last().map(String::as_str), Some(LOST));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_close_is_told_of_a_lost_line() -> wsrack::Result {
    struct Waits(crate::journal::Pen);

    #[websocket_app]
    impl Waits {
        #[on_message]
        async fn any(&self, ws: &Socket) {
            ws.closed().await;
            self.0.write(format!("closed {:?} {:?}", ws.is_closed(), ws.send("x").await));
        }
    }

    let (pen, journal) = crate::journal::journal();
    let server = wsrack::routes! { "/" => Waits(pen) }.test().await?;
    let mut client = patient(server.connect("/")).await?;
    client.send("x").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    client.line().reset();
    journal.is(server, &["closed true Err(Closed)"]).await
}

/// With a socket, for in memory there is nobody to tell of a reset who does not read.
#[tokio::test]
async fn a_reset_is_noticed_while_reading_is_paused() -> wsrack::Result {
    use tokio::io::AsyncWriteExt as _;

    struct Waits(crate::journal::Pen);

    #[websocket_app]
    impl Waits {
        #[on_message]
        async fn any(&self, ws: &Socket) {
            self.0.write("begin");
            ws.closed().await;
        }

        #[on_close]
        fn bye(&self, close: Close) {
            self.0.write(crate::probe::told(&close));
        }
    }

    let (pen, mut journal) = crate::journal::journal();
    let server = wsrack::routes! { "/" => Waits(pen) }.bind("127.0.0.1:0").await?;
    let address = server.local_addr().ok_or(std::fmt::Error)?;
    let handle = server.handle();
    let serving = tokio::spawn(server.serve());

    let stream = tokio::net::TcpStream::connect(address).await?;
    let (client, _) = tokio_tungstenite::client_async(format!("ws://{address}/"), stream).await?;
    let mut stream = client.into_inner();
    stream.write_all(&client::binary(&vec![0; 60_000]).repeat(2)).await?;
    // More than the server reads while its handler waits.
    let more = client::binary(&vec![0; 60_000]);
    let mut takes = async || tokio::time::timeout(Duration::from_millis(200), stream.write_all(&more)).await;
    while takes().await.is_ok_and(|taken| taken.is_ok()) {}
    assert_eq!(journal.next().await, "begin");
    stream.set_zero_linger()?;
    drop(stream);
    let lost = tokio::time::timeout(Duration::from_mins(1), async {
        loop {
            let line = journal.next().await;
            if line != "begin" {
                return line;
            }
        }
    });
    assert_eq!(lost.await?, LOST);
    handle.stop();
    serving.await?
}

/// A process of its own, for nobody else can be killed: one that has read what it was sent, and one that has not, for
/// whom the kernel sends a reset.
#[cfg(unix)]
#[tokio::test]
async fn a_client_that_is_killed_is_told_once() -> wsrack::Result {
    const HELLO: &str = r"exec 3<>/dev/tcp/127.0.0.1/$0
        printf 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' >&3
        printf 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n' >&3
        printf '\x81\x82\0\0\0\0hi' >&3";

    let (pen, mut journal) = crate::journal::journal();
    let server = wsrack::routes! { "/" => crate::probe::Probe { pen, open: "", close: "" } };
    let server = server.bind("127.0.0.1:0").await?;
    let port = server.local_addr().ok_or(std::fmt::Error)?.port().to_string();
    let handle = server.handle();
    let serving = tokio::spawn(server.serve());
    for then in ["exec cat <&3 >/dev/null", "exec sleep 600"] {
        let mut client = tokio::process::Command::new("bash")
            .args(["-c", &format!("{HELLO}\n{then}"), &port])
            .kill_on_drop(true)
            .spawn()?;
        assert_eq!([journal.next().await, journal.next().await], ["begin hi", "end hi"], "{then}");
        client.kill().await?;
        assert_eq!(journal.next().await, LOST, "{then}");
    }
    handle.stop();
    serving.await??;
    assert_eq!(journal.next().await, "(nobody writes any more)");
    Ok(())
}
