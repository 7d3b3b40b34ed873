//! How many may come, and how fast they go.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::{task::JoinSet, time::timeout};
use wsrack_tests::{
    Example, Raw, Result,
    raw::{frame, handshake},
    signal,
};

use super::{PATIENCE, tallied};

/// How long what is told to be at once may take on a busy machine.
const SOON: Duration = Duration::from_secs(15);

#[tokio::test]
async fn one_address_has_so_many_connections() -> Result {
    let server = tallied(&["--max-conns-per-ip", "2"]).await?;
    let first = Raw::open(server.authority(), "/").await?;
    let second = Raw::open(server.authority(), "/").await?;
    let mut third = Raw::connect(server.authority()).await?;
    third.send(handshake("/")).await?;
    let answer = third.answer().await?;
    assert_eq!(answer.status(), 503, "{answer:?}");
    drop((first, second));
    Ok(())
}

#[tokio::test]
async fn so_many_http_connections_are_kept_alive() -> Result {
    let ask = async |raw: &mut Raw| -> Result<bool> {
        raw.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await?;
        let answer = raw.answer().await?;
        assert_eq!(answer.status(), 200);
        Ok(answer.header("connection") != Some("close"))
    };
    let server = tallied(&["--max-persistent-conns", "1"]).await?;
    let mut first = Raw::connect(server.authority()).await?;
    assert!(ask(&mut first).await?, "there is a place");
    let mut second = Raw::connect(server.authority()).await?;
    assert!(!ask(&mut second).await?, "there is none");
    assert_eq!(second.rest().await?, b"");
    assert!(ask(&mut first).await?, "it has its place");
    Ok(())
}

/// When each of so many connections was told to close, counted from the signal.
async fn closes(server: &mut Example, count: usize) -> Result<Vec<Duration>> {
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let mut raw = Raw::open(server.authority(), "/").await?;
        clients.spawn(async move {
            let (first, payload) = raw.frame().await?;
            let at = Instant::now();
            assert_eq!((first, &payload[..2]), (0x88, &b"\x03\xe9"[..]));
            raw.send(frame(0x88, &payload[..2])).await?;
            Ok::<_, wsrack_tests::Failure>(at)
        });
    }
    let start = Instant::now();
    signal(server.process(), Signal::TERM)?;
    let closes = timeout(PATIENCE, clients.join_all()).await?;
    assert!(server.exit().await?.success());
    closes.into_iter().map(|at| Ok(at?.duration_since(start))).collect()
}

/// Each has its moment within ten seconds: some are told before most of them are over, and some are told late.
#[tokio::test]
async fn a_stop_closes_so_many_a_second() -> Result {
    let mut server = tallied(&["--drain-rate", "2", "--drain-period", "60"]).await?;
    let closes = closes(&mut server, 20).await?;
    assert!(closes.iter().any(|time| *time < Duration::from_secs(8)), "{closes:?}");
    assert!(closes.iter().any(|time| *time > Duration::from_secs(3)), "{closes:?}");
    assert!(closes.iter().all(|time| *time < Duration::from_secs(10) + SOON), "{closes:?}");
    Ok(())
}

#[tokio::test]
async fn but_all_within_the_period() -> Result {
    let mut server = tallied(&["--drain-rate", "1", "--drain-period", "200ms"]).await?;
    let closes = closes(&mut server, 30).await?;
    assert!(closes.iter().all(|time| *time < SOON), "{closes:?}");
    Ok(())
}
