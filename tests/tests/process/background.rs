//! `start -d`, `stop`, and what lies between.

use std::fs;

use rustix::process::Signal;
use wsrack_tests::{Client, Result, Site, signal};

use crate::{LOG, PID, TALLIED, authority, echoes, start};

#[tokio::test]
async fn a_daemon_starts_and_stops_and_leaves_nothing() -> Result {
    let site = Site::new(TALLIED)?;
    let said = site.ok(&["start", "-d", "-p", "0"]).await?;
    let pid = site.pid(PID)?;
    assert!(said.out.starts_with(&format!("process {pid} listens on 127.0.0.1:")), "{said:?}");
    assert_eq!(site.processes(), [pid], "who has started it is gone");
    let authority = authority(&said)?;
    echoes(&authority).await?;
    assert!(site.listens(&authority)?);
    let said = site.ok(&["stop"]).await?;
    assert_eq!(said.out, format!("stopped process {pid}\n"));
    assert!(!site.listens(&authority)?);
    assert!(!site.path(PID).exists());
    site.until("its end", || site.processes().is_empty()).await
}

#[tokio::test]
async fn it_has_left_the_terminal_and_keeps_its_folder() -> Result {
    let site = Site::new(TALLIED)?;
    start(&site, &[]).await?;
    let pid = site.pid(PID)?;
    let link = |name: &str| fs::read_link(format!("/proc/{pid}/{name}"));
    assert_eq!(link("fd/0")?, std::path::Path::new("/dev/null"));
    assert_eq!([link("fd/1")?, link("fd/2")?], [site.path(LOG), site.path(LOG)]);
    assert_eq!(link("cwd")?, site.path(""));
    let status = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let session = status.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(3));
    assert_eq!(session, Some(&*pid.to_string()), "a session of its own");
    Ok(())
}

#[tokio::test]
async fn another_folder_is_changed_to_before_anything_relative() -> Result {
    let site = Site::new(TALLIED)?;
    fs::create_dir(site.path("app"))?;
    start(&site, &["-c", "app", "-P", "app.pid", "-l", "app.log"]).await?;
    assert!(site.path("app/app.pid").exists() && site.path("app/app.log").exists());
    let said = site.ok(&["stop", "-c", "app", "-P", "app.pid"]).await?;
    assert!(said.out.starts_with("stopped"), "{said:?}");
    let said = site.run(&["start", "-d", "-p", "0", "-c", "nowhere"]).await?;
    assert_eq!(said.status, 66, "{said:?}");
    assert!(said.err.contains("the directory nowhere"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn a_tag_is_what_ps_shows() -> Result {
    let site = Site::new(TALLIED)?;
    start(&site, &["--tag", "blue"]).await?;
    let pid = site.pid(PID)?;
    let line = fs::read_to_string(format!("/proc/{pid}/cmdline"))?;
    assert!(line.starts_with("tallied (127.0.0.1:0) [blue]\0start\0-d\0"), "{line:?}");
    Ok(())
}

#[tokio::test]
async fn what_fails_in_the_background_is_told_in_the_foreground() -> Result {
    let site = Site::new(TALLIED)?;
    let authority = start(&site, &[]).await?;
    let (_, port) = authority.rsplit_once(':').unwrap_or_default();
    let said = site.run(&["start", "-d", "-p", port, "-P", "other.pid"]).await?;
    assert_eq!(
        (said.status, said.err),
        (69, format!("tallied: {authority} is in use: another server listens there\n"))
    );
    assert!(!site.path("other.pid").exists());

    let said = site.run(&["start", "-d", "-p", "0"]).await?;
    let (pid, file) = (site.pid(PID)?, site.path(PID));
    let expected = format!("tallied: already running: process {pid} holds {}\n", file.display());
    assert_eq!((said.status, said.err), (75, expected));
    echoes(&authority).await?;

    fs::write(site.path("broken"), "")?;
    let mut command = site.command(&["start", "-d", "-p", "0", "-P", "other.pid"]);
    command.env("BROKEN", site.path("broken"));
    let said = site.finish(command).await?;
    assert_eq!((said.status, &*said.err), (1, "tallied: this one is broken\n"));
    assert!(!site.path("other.pid").exists());
    Ok(())
}

#[tokio::test]
async fn one_that_does_not_stop_is_killed() -> Result {
    let site = Site::new(TALLIED)?;
    let authority = start(&site, &[]).await?;
    let pid = site.pid(PID)?;
    let _client = Client::connect(format!("ws://{authority}/")).await?;
    signal(pid, Signal::STOP)?;
    let said = site.ok(&["stop", "-f", "-t", "1"]).await?;
    assert_eq!(said.out, format!("killed process {pid}: it had not stopped in 1 seconds\n"));
    assert!(!site.path(PID).exists());
    Ok(())
}

#[tokio::test]
async fn nobody_there_is_said() -> Result {
    let site = Site::new(TALLIED)?;
    let said = site.run(&["stop"]).await?;
    assert_eq!(
        (said.status, &*said.err),
        (7, "tallied: no server is running: there is no pid file tmp/pids/wsrack.pid\n")
    );
    fs::create_dir_all(site.path("tmp/pids"))?;
    fs::write(site.path(PID), format!("{}\n", std::process::id()))?;
    let said = site.run(&["restart"]).await?;
    let expected =
        format!("tallied: no server is running: {PID} was left behind by process {}\n", std::process::id());
    assert_eq!((said.status, said.err), (7, expected), "though its number lives");
    assert!(!site.path(PID).exists());
    Ok(())
}
