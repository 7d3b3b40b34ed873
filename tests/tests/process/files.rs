//! Pid files and logs, as scripts and log rotation know them.

use std::{fs, os::unix::fs::PermissionsExt};

use rustix::process::Signal;
use wsrack_tests::{Result, Site, free_ports, signal};

use crate::{LOG, PID, TALLIED, echoes, start};

#[tokio::test]
async fn a_stale_pid_file_is_no_obstacle() -> Result {
    let site = Site::new(TALLIED)?;
    let port = free_ports(1)?.to_string();
    site.ok(&["start", "-d", "-p", &port]).await?;
    let pid = site.pid(PID)?;
    signal(pid, Signal::KILL)?;
    site.until("its end", || site.processes().is_empty()).await?;
    assert_eq!(site.pid(PID)?, pid, "it has had no time to remove it");
    site.ok(&["start", "-d", "-p", &port]).await?;
    assert_ne!(site.pid(PID)?, pid);
    echoes(&format!("127.0.0.1:{port}")).await?;
    let mode = fs::metadata(site.path(PID))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    Ok(())
}

#[tokio::test]
async fn a_log_that_was_rotated_is_opened_anew() -> Result {
    let site = Site::new(TALLIED)?;
    start(&site, &[]).await?;
    fs::rename(site.path(LOG), site.path("log/wsrack.log.1"))?;
    signal(site.pid(PID)?, Signal::USR1)?;
    site.until("a new log", || site.path(LOG).exists()).await?;
    let link = fs::read_link(format!("/proc/{}/fd/2", site.pid(PID)?))?;
    assert_eq!(link, site.path(LOG));
    site.ok(&["restart"]).await?;
    site.until("a word in it", || site.read(LOG).contains("listening on")).await?;
    assert!(site.read("log/wsrack.log.1").contains("listening on"), "what was written before stays");
    Ok(())
}

#[tokio::test]
async fn so_is_the_access_log() -> Result {
    let site = Site::new(TALLIED)?;
    let authority = start(&site, &["--access-log-file", "access.log"]).await?;
    echoes(&authority).await?;
    site.until("a line", || site.read("access.log").contains("\"GET / HTTP/1.1\" 101")).await?;
    fs::rename(site.path("access.log"), site.path("access.log.1"))?;
    signal(site.pid(PID)?, Signal::USR1)?;
    site.until("a new one", || site.path("access.log").exists()).await?;
    echoes(&authority).await?;
    site.until("a line in it", || site.read("access.log").contains("\"GET / HTTP/1.1\" 101")).await
}

#[tokio::test]
async fn files_that_cannot_be_written_are_named_before_anything_is_done() -> Result {
    let site = Site::new(TALLIED)?;
    fs::write(site.path("file"), "")?;
    for (option, what) in [("-l", "the log file"), ("-P", "the pid file")] {
        let path = site.path("file/x");
        let said = site.run(&["start", "-d", "-p", "0", option, "file/x"]).await?;
        assert_eq!(said.status, 73, "{said:?}");
        let expected = [
            format!("tallied: cannot write {what} {}: ", path.display()),
            format!("tallied: cannot write {what} file/x: "),
        ];
        assert!(expected.iter().any(|expected| said.err.starts_with(expected)), "{said:?}");
        assert!(!site.path(PID).exists() && site.processes().is_empty());
    }
    Ok(())
}
