//! Started by root, run by somebody else. As any other user there is nothing to see.

use std::{
    fs,
    io::{self, Write as _},
    ops::Range,
    os::unix::fs::MetadataExt,
};

use rustix::process::{Signal, geteuid};
use tokio::net::TcpListener;
use wsrack_tests::{Failure, Result, Site, signal};

use crate::{LOG, PID, TALLIED, echoes};

/// A site that others can read, where this test is root's.
pub(crate) fn as_root() -> Result<Option<Site>> {
    if !geteuid().is_root() {
        writeln!(io::stderr(), "skipped: only root can become somebody else")?;
        return Ok(None);
    }
    let site = Site::new(TALLIED)?;
    let copy = site.path("tallied");
    Site::copy(TALLIED, &copy)?;
    Ok(Some(site.with_program(copy)))
}

/// A port that is root's, of these: each test has its own.
async fn low_port(of: Range<u16>) -> Result<u16> {
    for port in of {
        if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            return Ok(port);
        }
    }
    Err(Failure::new("no low port is free"))
}

/// The numbers behind a name in `/proc/PID/status`.
fn status(pid: u32, name: &str) -> Result<Vec<u32>> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.unwrap_or_default().split_whitespace().filter_map(|number| number.parse().ok()).collect())
}

#[tokio::test]
async fn a_low_port_is_bound_and_root_given_up() -> Result {
    let Some(site) = as_root()? else { return Ok(()) };
    let port = low_port(600..800).await?.to_string();
    let all = ["-p", &port, "-u", "nobody", "-g", "nogroup"];
    site.ok(&[&["start", "-d"], &all[..]].concat()).await?;
    let authority = format!("127.0.0.1:{port}");
    echoes(&authority).await?;
    let pid = site.pid(PID)?;
    let (user, group) = (fs::metadata(site.path(LOG))?.uid(), fs::metadata(site.path(LOG))?.gid());
    assert!(user != 0 && group != 0);
    assert_eq!(fs::metadata(site.path(PID))?.uid(), 0, "it is root's word");
    assert_eq!(status(pid, "Uid")?, [user; 4]);
    assert_eq!(status(pid, "Gid")?, [group; 4]);
    assert_eq!(status(pid, "Groups")?, [group], "none of root's");
    let environment = fs::read_to_string(format!("/proc/{pid}/environ"))?;
    assert!(environment.split('\0').any(|variable| variable == "USER=nobody"), "{environment:?}");

    // It could not bind that port again, and need not.
    site.ok(&[&["restart", "-d"], &all[..]].concat()).await?;
    assert_ne!(site.pid(PID)?, pid);
    assert_eq!(status(site.pid(PID)?, "Uid")?, [user; 4]);
    echoes(&authority).await?;
    signal(site.pid(PID)?, Signal::USR1)?;
    echoes(&authority).await?;
    site.ok(&[&["stop"], &all[..]].concat()).await?;
    assert!(!site.path(PID).exists());
    Ok(())
}

#[tokio::test]
async fn who_is_not_there_is_told_before_anything_is_done() -> Result {
    let site = Site::new(TALLIED)?;
    for (arguments, expected) in [
        (["-u", "no-such-user", "-g", "root"], "there is no user called `no-such-user`"),
        (["-u", "root", "-g", "no-such-group"], "there is no group called `no-such-group`"),
    ] {
        let said = site.run(&[&["start", "-d", "-p", "0"], &arguments[..]].concat()).await?;
        assert_eq!((said.status, said.err), (67, format!("tallied: {expected}\n")));
        assert!(!site.path("log").exists() && !site.path("tmp").exists());
    }
    Ok(())
}

#[tokio::test]
async fn who_is_not_root_is_told_what_only_root_may() -> Result {
    let Some(site) = as_root()? else { return Ok(()) };
    let nobody = |arguments: &[&str]| {
        let mut command = site.command(arguments);
        command.uid(65534).gid(65534);
        command
    };
    let said = site.finish(nobody(&["start", "-p", "0", "-u", "root", "-g", "root"])).await?;
    assert_eq!(said.status, 72, "{said:?}");
    assert!(said.err.starts_with("tallied: cannot run as root:root: only root can"), "{said:?}");

    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start")?;
    if first.trim().parse::<u16>()? < 1024 {
        writeln!(io::stderr(), "skipped: low ports are everybody's here")?;
        return Ok(());
    }
    let port = low_port(800..1024).await?.to_string();
    let said = site.finish(nobody(&["start", "-p", &port])).await?;
    assert_eq!(said.status, 77, "{said:?}");
    assert!(said.err.contains("ports below 1024 are for root"), "{said:?}");
    Ok(())
}
