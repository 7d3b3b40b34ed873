//! Clients of HTTP/2 that never get on.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use wsrack::Http2;
use wsrack_tests::{Failure, Http2Client, Result, raw::frame};

use super::attacks::{GET, PREFACE, http2_frame};
use super::{routes, serve};

const DEADLINE: Duration = Duration::from_millis(800);
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the server holds a client that sends `begun` at once and then of `rest`, over and over, a byte now and
/// then.
async fn held(addr: SocketAddr, begun: Vec<u8>, rest: Vec<u8>) -> Result<Duration> {
    let mut stream = TcpStream::connect(addr).await?;
    let started = Instant::now();
    stream.write_all(&begun).await?;
    let (mut reading, mut writing) = stream.split();
    let mut read = Vec::new();
    let trickle = async {
        for byte in rest.iter().cycle() {
            sleep(DEADLINE / 8).await;
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
        ended = timeout(PATIENCE, ended) => ended?,
        () = trickle => {}
    }
    Ok(started.elapsed())
}

#[tokio::test]
async fn slow_clients_are_dropped_and_nobody_else_notices() -> Result {
    let server = serve(routes().server().handshake_timeout(DEADLINE).http2(Http2::new())).await?;
    let addr = server.addr();
    let mut client = Http2Client::connect(addr).await?;
    let mut open = Vec::new();
    for _ in 0..20 {
        let mut raw = client.open("/ws", &[]).await?;
        raw.frame().await?;
        open.push(raw);
    }
    let half_a_head = [PREFACE, &http2_frame(1, 1, 1, GET)].concat();
    let kinds = [
        // Nothing; the preface, byte by byte; no request behind it; a head that never ends.
        (Vec::new(), Vec::new(), 1),
        (Vec::new(), PREFACE.to_vec(), 1),
        (PREFACE.to_vec(), Vec::new(), 2),
        (half_a_head, http2_frame(9, 0, 1, b"\x82"), 2),
    ];
    let slow: Vec<_> = kinds
        .iter()
        .cycle()
        .take(100)
        .map(|(begun, rest, times)| (tokio::spawn(held(addr, begun.clone(), rest.clone())), *times))
        .collect();
    let mut worst = Duration::ZERO;
    for turn in 0..100 {
        let started = Instant::now();
        let raw = &mut open[turn % 20];
        raw.send(frame(0x81, b"hello")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
        worst = worst.max(started.elapsed());
    }
    assert!(worst < DEADLINE, "a good client waited for {worst:?}");
    for (client, times) in slow {
        let held = client.await??;
        assert!(held + Duration::from_millis(50) >= DEADLINE, "{held:?}");
        assert!(held < times * DEADLINE + Duration::from_secs(5), "{held:?}");
    }
    // Those who have a stream are still there.
    for raw in &mut open {
        raw.send(frame(0x81, b"hello")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    }
    drop((open, client));
    server.stop().await.map_err(|error: Failure| error)
}
