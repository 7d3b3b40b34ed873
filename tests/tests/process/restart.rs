//! `restart`, and what becomes of it.

use std::fs;

use rustix::process::Signal;
use wsrack_tests::{Client, Result, Site, signal};

use crate::{LOG, PID, TALLIED, echoes, start};

#[tokio::test]
async fn another_process_takes_over_and_the_old_one_says_goodbye() -> Result {
    let site = Site::new(TALLIED)?;
    let authority = start(&site, &[]).await?;
    let old = site.pid(PID)?;
    let mut client = Client::connect(format!("ws://{authority}/")).await?;
    client.send("there?").await?;
    client.text().await?;
    let said = site.ok(&["restart"]).await?;
    let new = site.pid(PID)?;
    assert_eq!(said.out, format!("restarted: process {new} has taken over from {old}\n"));
    assert_eq!(client.close().await?.code, 1012);
    drop(client);
    echoes(&authority).await?;
    site.until("the end of the old one", || site.processes() == [new]).await?;
    site.ok(&["restart"]).await?;
    echoes(&authority).await?;
    site.ok(&["stop"]).await?;
    site.until("the end", || site.processes().is_empty()).await
}

#[tokio::test]
async fn a_new_file_at_the_old_path_is_what_runs_then() -> Result {
    let site = Site::new(TALLIED)?;
    let (releases, current) = ([site.path("1"), site.path("2")], site.path("current"));
    for release in &releases {
        fs::create_dir(release)?;
        Site::copy(TALLIED, release.join("tallied"))?;
    }
    std::os::unix::fs::symlink(&releases[0], &current)?;
    let site = site.with_program(current.join("tallied"));
    start(&site, &[]).await?;
    let running = || fs::read_link(format!("/proc/{}/exe", site.pid(PID)?)).map_err(Into::into);
    let is = |path: wsrack_tests::Result<_>, expected: &std::path::Path| {
        path.map(|path: std::path::PathBuf| assert_eq!(path, expected))
    };
    is(running(), &releases[0].join("tallied"))?;
    fs::remove_file(&current)?;
    std::os::unix::fs::symlink(&releases[1], &current)?;
    site.ok(&["restart"]).await?;
    is(running(), &releases[1].join("tallied"))?;
    // And one that takes the other's place under its own name.
    Site::copy(TALLIED, site.path("new"))?;
    fs::rename(site.path("new"), releases[1].join("tallied"))?;
    site.ok(&["restart"]).await?;
    is(running(), &releases[1].join("tallied"))
}

#[tokio::test]
async fn one_that_fails_leaves_the_old_one_serving() -> Result {
    let site = Site::new(TALLIED)?;
    let copy = site.path("tallied");
    Site::copy(TALLIED, &copy)?;
    let site = site.with_program(copy.clone());
    fs::write(site.path("app.toml"), "port = 0\n")?;
    let broken = site.path("broken");
    let mut command = site.command(&["start", "-d", "-C", "app.toml"]);
    command.env("BROKEN", &broken);
    let said = site.finish(command).await?;
    let authority = crate::authority(&said)?;
    let old = site.pid(PID)?;
    let mut client = Client::connect(format!("ws://{authority}/")).await?;

    // An application that does not start, a file with a mistake, a program that crashes, and none at all.
    fs::write(&broken, "")?;
    let said = site.run(&["restart", "-C", "app.toml"]).await?;
    assert_eq!(said.status, 70, "{said:?}");
    assert!(said.err.contains("this one is broken"), "{said:?}");
    assert!(site.read(LOG).contains("the restart failed, and this process goes on: this one is broken"));
    fs::remove_file(&broken)?;

    fs::write(site.path("app.toml"), "port = \"none\"\n")?;
    let said = site.run(&["restart"]).await?;
    assert_eq!(said.status, 70, "{said:?}");
    assert!(said.err.contains("app.toml"), "{said:?}");
    fs::write(site.path("app.toml"), "port = 0\n")?;

    for (script, expected) in [("exit 3", "exit status 3"), ("kill -SEGV $$", "signal 11")] {
        site.script(&copy, script)?;
        restart_fails(&site, old, expected).await?;
    }
    fs::remove_file(&copy)?;
    restart_fails(&site, old, "No such file").await?;

    assert_eq!((site.pid(PID)?, site.processes()), (old, vec![old]));
    client.send("still there?").await?;
    assert_eq!(client.text().await?, "still there?");
    echoes(&authority).await
}

/// The program itself is none any more, so nobody can ask it to restart: the signal does.
async fn restart_fails(site: &Site, pid: u32, why: &str) -> Result {
    let failed = || site.read(LOG).matches("the restart failed").count();
    let before = failed();
    signal(pid, Signal::HUP)?;
    site.until("the failure", || failed() > before).await?;
    let log = site.read(LOG);
    let last = log.lines().rev().find(|line| line.contains("the restart failed")).unwrap_or_default();
    assert!(last.contains(why), "{last}");
    Ok(())
}

#[tokio::test]
async fn one_that_takes_too_long_is_given_up() -> Result {
    let site = Site::new(TALLIED)?;
    let copy = site.path("tallied");
    Site::copy(TALLIED, &copy)?;
    let site = site.with_program(copy.clone());
    let authority = start(&site, &["-w", "1"]).await?;
    let old = site.pid(PID)?;
    site.script(&copy, "exec sleep 600")?;
    restart_fails(&site, old, "was not ready in 1 seconds").await?;
    site.until("its end", || site.processes() == [old]).await?;
    echoes(&authority).await
}

#[tokio::test]
async fn a_stop_during_a_restart_stops_both() -> Result {
    let site = Site::new(TALLIED)?;
    let copy = site.path("tallied");
    Site::copy(TALLIED, &copy)?;
    let site = site.with_program(copy.clone());
    start(&site, &[]).await?;
    let old = site.pid(PID)?;
    site.script(&copy, "exec sleep 600")?;
    signal(old, Signal::HUP)?;
    site.until("the new one", || site.processes().len() == 2).await?;
    signal(old, Signal::TERM)?;
    site.until("the end of both", || site.processes().is_empty()).await?;
    assert!(!site.path(PID).exists());
    Ok(())
}
