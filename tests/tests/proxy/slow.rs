//! Proxies that never come to the end of their PROXY header.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use wsrack_tests::{Logged, Result, Served, raw::frame};

use super::{Tell, ask, connect};

/// Long enough for those who do come to the end, however busy the machine.
const LIMIT: Duration = Duration::from_secs(3);

#[tokio::test]
async fn they_are_dropped_at_their_deadline_while_others_notice_nothing() -> Result {
    let logged = Logged::default();
    let _guard = tracing::subscriber::set_default(logged.clone());
    let routes = wsrack::routes! { "/" => Tell };
    let hub = routes.hub();
    let server = routes.server().handshake_timeout(LIMIT).trusted_proxies("127.0.0.1".parse().unwrap());
    let server = Served::bound(server.bind("127.0.0.1:0").await.unwrap(), hub)?;
    let begun = Instant::now();
    let mut slow = Vec::new();
    for bytes in
        [&b"P"[..], b"PROXY TCP4 203.0.113.9", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c1234", b""].repeat(25)
    {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        raw.send(bytes).await?;
        slow.push(raw);
    }
    let mut good = Vec::new();
    for _ in 0..100 {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        ask(&mut raw, b"PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n", "").await?;
        good.push(raw);
    }
    for raw in &mut slow {
        // A close where nothing was left unread, else a reset.
        let _ended = timeout(Duration::from_mins(1), raw.rest()).await?;
        assert!(begun.elapsed() >= LIMIT);
        for raw in good.iter_mut().take(10) {
            raw.send(frame(0x81, b"still here?")).await?;
            assert_eq!(raw.frame().await?, (0x81, b"still here?".to_vec()));
        }
    }
    let late = format!("for its PROXY header: it did not come within {LIMIT:?}");
    let log = logged.take();
    assert_eq!(
        log.iter().filter(|line| line.contains(&late)).count(),
        75,
        "none for those who said nothing: {log:?}"
    );
    drop(good);
    server.stop().await
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_them() -> Result {
    let routes = wsrack::routes! { "/" => Tell };
    let hub = routes.hub();
    let never = Duration::from_mins(10);
    let server = routes.server().handshake_timeout(never).trusted_proxies("127.0.0.1".parse().unwrap());
    let server = Served::bound(server.bind("127.0.0.1:0").await.unwrap(), hub)?;
    let mut slow = Vec::new();
    for bytes in [&b"PROXY"[..], b""] {
        let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
        raw.send(bytes).await?;
        slow.push(raw);
    }
    // Whoever came before has been accepted.
    let (mut raw, _) = connect("127.0.0.1", server.addr()).await?;
    ask(&mut raw, b"", "").await?;
    drop(raw);
    server.stop().await
}
