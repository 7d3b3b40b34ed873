//! What a stop waits for, and what it does not wait for.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use wsrack_tests::{Client, Failure, Result, Site};

use crate::{PID, TALLIED, authority, start};

#[tokio::test]
async fn a_stop_lets_connections_be_closed_at_their_pace() -> Result {
    let site = Site::new(TALLIED)?;
    let pace = ["-t", "1", "--drain-period", "30s", "--drain-rate", "1"];
    let authority = start(&site, &pace).await?;
    let pid = site.pid(PID)?;
    let mut clients = JoinSet::new();
    // Their seconds alone are more than the graceful period and some more.
    for _ in 0..9 {
        let mut client = Client::connect(format!("ws://{authority}/")).await?;
        clients.spawn(async move { Ok::<_, Failure>(client.close().await?.code) });
    }
    let said = site.ok(&[&["stop"], &pace[..]].concat()).await?;
    assert_eq!(said.out, format!("stopped process {pid}\n"));
    for code in clients.join_all().await {
        assert_eq!(code?, 1001);
    }
    Ok(())
}

#[tokio::test]
async fn work_that_never_ends_keeps_no_process() -> Result {
    let site = Site::new(TALLIED)?;
    let mut command = site.command(&["start", "-d", "-p", "0"]);
    command.env("STUCK", "1");
    authority(&site.finish(command).await?)?;
    let pid = site.pid(PID)?;
    site.ok(&["restart"]).await?;
    site.until("the end of the old one", || !site.processes().contains(&pid)).await?;
    let before = Instant::now();
    let pid = site.pid(PID)?;
    let said = site.ok(&["stop", "-t", "30"]).await?;
    assert_eq!(said.out, format!("stopped process {pid}\n"));
    assert!(before.elapsed() < Duration::from_secs(20));
    site.until("its end", || site.processes().is_empty()).await
}

#[tokio::test]
async fn nor_one_that_fails() -> Result {
    let site = Site::new(TALLIED)?;
    let mut command = site.command(&["start", "-p", "0"]);
    command.env("STUCK", "1").env("BROKEN", site.path(""));
    let said = site.finish(command).await?;
    assert_eq!((said.status, &*said.err), (1, "tallied: this one is broken\n"));
    Ok(())
}
