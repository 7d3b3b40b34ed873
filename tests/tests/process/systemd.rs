//! What systemd hears of the service, and the sockets that it passes.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use rustix::process::Signal;
use tokio::net::{TcpStream, UnixDatagram};
use tokio::time::{sleep, timeout};
use wsrack_tests::{Failure, Result, Site, Tool, free_ports, signal};

use crate::{PID, TALLIED, echoes};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The test in the place of the service manager.
struct Manager(UnixDatagram);

impl Manager {
    /// The next message with this line, and the number behind `name` in it.
    async fn hears(&self, line: &str, name: &str) -> Result<u64> {
        let search = async {
            loop {
                let mut buffer = [0; 512];
                let size = self.0.recv(&mut buffer).await?;
                let message = String::from_utf8_lossy(&buffer[..size]).into_owned();
                if message.lines().any(|said| said == line) {
                    let number = message.lines().find_map(|said| said.strip_prefix(name)?.strip_prefix('='));
                    return Ok(number.and_then(|number| number.parse().ok()).unwrap_or_default());
                }
            }
        };
        timeout(PATIENCE, search).await.map_err(|_| Failure::new(format!("{line} was not said")))?
    }
}

#[tokio::test]
async fn the_service_manager_hears_how_it_goes() -> Result {
    let site = Site::new(TALLIED)?;
    let manager = Manager(UnixDatagram::bind(site.path("notify"))?);
    let mut service = site
        .command(&["start", "-p", "0", "-P", PID])
        .env("NOTIFY_SOCKET", site.path("notify"))
        .env("WATCHDOG_USEC", "200000")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let first = manager.hears("READY=1", "MAINPID").await?;
    assert_eq!(Some(first), service.id().map(u64::from));
    manager.hears("WATCHDOG=1", "").await?;
    manager.hears("WATCHDOG=1", "").await?;

    signal(site.pid(PID)?, Signal::HUP)?;
    assert!(manager.hears("RELOADING=1", "MONOTONIC_USEC").await? > 0);
    let second = manager.hears("READY=1", "MAINPID").await?;
    assert_ne!(second, first);
    assert_eq!(u64::from(site.pid(PID)?), second);
    let status = timeout(PATIENCE, service.wait()).await??;
    assert!(status.success(), "the manager follows the new process, so the old one may end");
    manager.hears("WATCHDOG=1", "").await?;

    site.ok(&["stop", "-P", PID]).await?;
    manager.hears("STOPPING=1", "").await?;
    Ok(())
}

#[tokio::test]
async fn a_socket_that_was_passed_is_served_and_handed_on() -> Result {
    let Some(activate) = Tool::Systemd.find("a passed socket")? else { return Ok(()) };
    let site = Site::new(TALLIED)?;
    let authority = format!("127.0.0.1:{}", free_ports(1)?);
    let mut command = Command::new(activate);
    command.args(["-l", &authority, TALLIED, "start", "-P", PID]).current_dir(site.path(""));
    let _activated =
        tokio::process::Command::from(command).stdin(Stdio::null()).kill_on_drop(true).spawn()?;
    let listens = async {
        while TcpStream::connect(&authority).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, listens).await?;
    // The first connection starts it.
    echoes(&authority).await?;
    let pid = site.pid(PID)?;
    site.ok(&["restart", "-P", PID]).await?;
    assert_ne!(site.pid(PID)?, pid);
    echoes(&authority).await?;
    site.ok(&["stop", "-P", PID]).await?;
    Ok(())
}
