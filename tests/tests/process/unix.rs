//! Unix sockets, when the process changes.

use std::fs;

use tokio::net::UnixStream;
use wsrack_tests::{Result, Site};

use crate::{PID, TALLIED};

#[tokio::test]
async fn a_restart_that_fails_leaves_the_socket_in_its_place() -> Result {
    let site = Site::new(TALLIED)?;
    let (socket, broken) = (site.path("x.sock"), site.path("broken"));
    let mut command = site.command(&["start", "-d", "-S", "x.sock"]);
    command.env("BROKEN", &broken);
    site.finish(command).await?;
    let old = site.pid(PID)?;

    fs::write(&broken, "")?;
    let said = site.run(&["restart", "-S", "x.sock"]).await?;
    assert_eq!(said.status, 70, "{said:?}");
    assert_eq!(site.pid(PID)?, old);
    UnixStream::connect(&socket).await?;

    fs::remove_file(&broken)?;
    site.ok(&["restart", "-S", "x.sock"]).await?;
    site.until("the end of the old one", || !site.processes().contains(&old)).await?;
    UnixStream::connect(&socket).await?;
    site.ok(&["stop"]).await?;
    assert!(!socket.exists(), "the last one removes it");
    Ok(())
}
