//! Clients of HTTP/2 that never get on. How long they may take and what others notice of them are looked at one by one:
//! a time that is short would be too short for the others on a busy machine.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use wsrack::Http2;
use wsrack_tests::{Http2Client, Raw, Result, http2::Stream, raw::frame};

use super::attacks::{GET, PREFACE, http2_frame};
use super::{routes, serve};

const DEADLINE: Duration = Duration::from_millis(1500);
/// What a busy machine may take more.
const LATE: Duration = Duration::from_secs(30);
/// Beyond the end of the test.
const NEVER: Duration = Duration::from_mins(10);
/// Between the bytes of who is slow.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the server holds a client that sends `begun` at once and then of `rest`, over and over, a byte now and
/// then.
async fn held(addr: SocketAddr, begun: Vec<u8>, rest: Vec<u8>) -> Result<Duration> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(&begun).await?;
    let (mut reading, mut writing) = stream.split();
    let mut read = Vec::new();
    let trickle = async {
        for byte in rest.iter().cycle() {
            sleep(PAUSE).await;
            // It fails once the server has gone.
            let _gone = writing.write_all(&[*byte]).await;
        }
        std::future::pending::<()>().await;
    };
    let ended = async {
        // An end or a reset: either is the server's.
        let _reset = reading.read_to_end(&mut read).await;
    };
    tokio::select! {
        ended = timeout(NEVER, ended) => ended?,
        () = trickle => {}
    }
    Ok(started.elapsed())
}

/// A hundred of them, each with the number of deadlines that it has.
fn slow(addr: SocketAddr) -> Vec<(JoinHandle<Result<Duration>>, u32)> {
    let half_a_head = [PREFACE, &http2_frame(1, 1, 1, GET)].concat();
    let kinds = [
        // Nothing; the preface, byte by byte; no request behind it; a head that never ends.
        (Vec::new(), Vec::new(), 1),
        (Vec::new(), PREFACE.to_vec(), 1),
        (PREFACE.to_vec(), Vec::new(), 2),
        (half_a_head, http2_frame(9, 0, 1, b"\x82"), 2),
    ];
    let spawned = kinds.iter().cycle().take(100);
    spawned
        .map(|(begun, rest, times)| (tokio::spawn(held(addr, begun.clone(), rest.clone())), *times))
        .collect()
}

async fn echoes(raw: &mut Raw<Stream>) -> Result {
    raw.send(frame(0x81, b"hello")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    Ok(())
}

/// Opens a stream in time: where the machine has paused for so long, it tries again.
async fn quick(addr: SocketAddr) -> Result<(Http2Client, Raw<Stream>)> {
    let attempt = async || -> Result<(Http2Client, Raw<Stream>)> {
        let mut client = Http2Client::connect(addr).await?;
        let mut raw = client.open("/ws", &[]).await?;
        raw.frame().await?;
        Ok((client, raw))
    };
    for _ in 0..20 {
        if let Ok(open) = attempt().await {
            return Ok(open);
        }
    }
    attempt().await
}

#[tokio::test]
async fn slow_clients_are_dropped_and_others_stay() -> Result {
    let server = serve(routes().server().handshake_timeout(DEADLINE).http2(Http2::new())).await?;
    let (client, mut open) = quick(server.addr()).await?;
    for (client, times) in slow(server.addr()) {
        let held = timeout(times * DEADLINE + LATE, client).await???;
        assert!(held >= DEADLINE, "{held:?}");
    }
    echoes(&mut open).await?;
    drop((open, client));
    server.stop().await
}

#[tokio::test]
async fn nobody_else_notices_slow_clients() -> Result {
    let server = serve(routes().server().handshake_timeout(NEVER).http2(Http2::new())).await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut open = Vec::new();
    for _ in 0..20 {
        let mut raw = client.open("/ws", &[]).await?;
        raw.frame().await?;
        open.push(raw);
    }
    let slow = slow(server.addr());
    for turn in 0..100 {
        echoes(&mut open[turn % 20]).await?;
    }
    drop(quick(server.addr()).await?);
    for (client, _) in slow {
        assert!(!client.is_finished(), "it was there all the while");
        client.abort();
    }
    drop((open, client));
    server.stop().await
}
