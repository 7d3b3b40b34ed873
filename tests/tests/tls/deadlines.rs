//! Clients that never finish their handshake.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use wsrack_tests::{Authority, Failure, Result, raw::frame};

use super::{routes, serve, tls};

const DEADLINE: Duration = Duration::from_millis(800);
const PATIENCE: Duration = Duration::from_secs(20);

/// The head of a record of 512 bytes, and that of a `ClientHello` in it.
const HELLO: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";

/// When the server lets go of a client that sends so much of a handshake at once, and then a byte now and then.
async fn held(addr: std::net::SocketAddr, begun: usize) -> Result<Duration> {
    let mut stream = TcpStream::connect(addr).await?;
    let started = Instant::now();
    stream.write_all(&HELLO[..begun]).await?;
    let (mut reading, mut writing) = stream.split();
    let mut read = Vec::new();
    let trickle = async {
        for byte in HELLO[begun..].iter().chain(std::iter::repeat(&0)) {
            sleep(DEADLINE / 8).await;
            // It fails once the server has gone.
            let _gone = writing.write_all(&[*byte]).await;
        }
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
async fn slow_handshakes_end_at_their_deadline_and_nobody_else_notices() -> Result {
    let authority = Authority::new()?;
    let tls = tls(&authority.certify(&["localhost"])?)?;
    let server = serve(routes().server().handshake_timeout(DEADLINE).tls(tls)).await?;
    let addr = server.addr();

    let client = authority.client(&[])?;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(client.open(addr, "/").await?);
    }
    let slow: Vec<_> =
        [0, HELLO.len()].into_iter().cycle().take(100).map(|begun| tokio::spawn(held(addr, begun))).collect();
    let good = tokio::spawn(async move {
        let mut worst = Duration::ZERO;
        for turn in 0..40 {
            let started = Instant::now();
            let raw = &mut open[turn % 20];
            raw.send(frame(0x81, b"hello")).await?;
            assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
            drop(client.open(addr, "/").await?);
            worst = worst.max(started.elapsed());
        }
        Ok::<_, Failure>(worst)
    });
    let worst = good.await??;
    assert!(worst < DEADLINE, "a good client waited for {worst:?}");
    for client in slow {
        let held = client.await??;
        assert!(held + Duration::from_millis(50) >= DEADLINE, "{held:?}");
        assert!(held < DEADLINE + Duration::from_secs(5), "{held:?}");
    }
    server.stop().await
}

#[tokio::test]
async fn who_does_not_speak_tls_is_dropped_at_once() -> Result {
    let authority = Authority::new()?;
    let server = super::served(&authority).await?;
    let mut stream = TcpStream::connect(server.addr()).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await??;
    // A fatal alert.
    assert_eq!(answer[..1], [0x15]);
    server.stop().await
}
