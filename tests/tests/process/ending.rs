//! What a stop waits for.

use tokio::task::JoinSet;
use wsrack_tests::{Client, Failure, Result, Site};

use crate::{PID, TALLIED, start};

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
