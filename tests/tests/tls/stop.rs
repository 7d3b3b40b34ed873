//! Who is not accepted any more when the server stops.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use wsrack::Server;
use wsrack_tests::{Authority, Raw, Result};

use super::{ours, routes, tls};

async fn bound(authority: &Authority) -> Result<Server> {
    let certified = authority.certify(&["localhost"])?;
    let server = routes().server().handshake_timeout(Duration::from_mins(10)).tls(tls(&certified)?);
    ours(server.bind("127.0.0.1:0").await)
}

#[tokio::test]
async fn who_waits_in_the_queue_is_answered_within_tls() -> Result {
    let authority = Authority::new()?;
    let server = bound(&authority).await?;
    let addr = server.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(TcpStream::connect(addr).await?);
    }
    server.handle().stop();
    let serving = tokio::spawn(server.serve());
    let client = authority.client(&[])?;
    let told = waiting.into_iter().map(|stream| async {
        let mut raw = Raw::over(client.over(stream, "localhost").await?);
        let answer = raw.answer().await?;
        assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("5")));
        assert_eq!(answer.body, "the server stops\n");
        assert_eq!(raw.rest().await?, b"");
        Ok(())
    });
    futures_util::future::join_all(told).await.into_iter().collect::<Result>()?;
    ours(serving.await?)?;
    assert!(TcpStream::connect(addr).await.is_err(), "nobody listens any more");
    Ok(())
}

#[tokio::test]
async fn nobody_waits_for_who_says_nothing() -> Result {
    let authority = Authority::new()?;
    let server = bound(&authority).await?;
    let silent = TcpStream::connect(server.local_addr().unwrap()).await?;
    server.handle().stop();
    let began = Instant::now();
    ours(server.serve().await)?;
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    assert_eq!(Raw::over(silent).rest().await?, b"");
    Ok(())
}
