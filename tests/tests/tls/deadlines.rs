//! Clients that never finish their handshake.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use wsrack_tests::{Authority, Result, raw::frame};

use super::{routes, serve, tls};

const DEADLINE: Duration = Duration::from_millis(1500);
/// What a busy machine may take more.
const LATE: Duration = Duration::from_secs(30);
/// Beyond the end of the test.
const NEVER: Duration = Duration::from_mins(10);
/// Between the bytes of who is slow.
const PAUSE: Duration = Duration::from_millis(100);

/// The head of a record of 512 bytes, and that of a `ClientHello` in it.
const HELLO: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";

/// When the server lets go of a client that sends so much of a handshake at once, and then a byte now and then.
async fn held(addr: SocketAddr, begun: usize) -> Result<Duration> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(&HELLO[..begun]).await?;
    let (mut reading, mut writing) = stream.split();
    let mut read = Vec::new();
    let trickle = async {
        for byte in HELLO[begun..].iter().chain(std::iter::repeat(&0)) {
            sleep(PAUSE).await;
            // It fails once the server has gone.
            let _gone = writing.write_all(&[*byte]).await;
        }
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

/// A hundred of them.
fn slow(addr: SocketAddr) -> Vec<JoinHandle<Result<Duration>>> {
    [0, HELLO.len()].into_iter().cycle().take(100).map(|begun| tokio::spawn(held(addr, begun))).collect()
}

#[tokio::test]
async fn slow_handshakes_end_at_their_deadline() -> Result {
    let authority = Authority::new()?;
    let tls = tls(&authority.certify(&["localhost"])?)?;
    let server = serve(routes().server().handshake_timeout(DEADLINE).tls(tls)).await?;
    for client in slow(server.addr()) {
        let held = timeout(DEADLINE + LATE, client).await???;
        assert!(held >= DEADLINE, "{held:?}");
    }
    server.stop().await
}

/// With another deadline, for on a busy machine that one would be too short for them.
#[tokio::test]
async fn nobody_else_notices_slow_handshakes() -> Result {
    let authority = Authority::new()?;
    let tls = tls(&authority.certify(&["localhost"])?)?;
    let server = serve(routes().server().handshake_timeout(NEVER).tls(tls)).await?;
    let addr = server.addr();
    let client = authority.client(&[])?;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(client.open(addr, "/").await?);
    }
    let slow = slow(addr);
    for turn in 0..40 {
        let raw = &mut open[turn % 20];
        raw.send(frame(0x81, b"hello")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
        drop(client.open(addr, "/").await?);
    }
    for client in slow {
        assert!(!client.is_finished(), "it was there all the while");
        client.abort();
    }
    drop(open);
    server.stop().await
}

#[tokio::test]
async fn who_does_not_speak_tls_is_dropped_at_once() -> Result {
    let authority = Authority::new()?;
    let server = super::served(&authority).await?;
    let mut stream = TcpStream::connect(server.addr()).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    let mut answer = Vec::new();
    timeout(LATE, stream.read_to_end(&mut answer)).await??;
    // A fatal alert.
    assert_eq!(answer[..1], [0x15]);
    server.stop().await
}
