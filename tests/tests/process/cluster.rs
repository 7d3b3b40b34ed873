//! Several daemons of one command, and one command for several files.

use std::fs;

use tokio::net::UnixStream;
use wsrack_tests::{Result, Site, free_ports};

use crate::{TALLIED, authority, echoes};

#[tokio::test]
async fn two_members_have_ports_pid_files_and_logs_of_their_own() -> Result {
    let site = Site::new(TALLIED)?;
    let first = free_ports(2)?;
    let places = [first, first + 1].map(|port| format!("127.0.0.1:{port}"));
    let pid = |port: u16| site.pid(&format!("tmp/pids/wsrack.{port}.pid"));
    let port = first.to_string();
    let cluster = |command: &'static str| vec![command, "-s", "2", "-p", &port];

    let said = site.ok(&cluster("start")).await?;
    assert_eq!(said.out.lines().count(), 2, "{said:?}");
    for place in &places {
        echoes(place).await?;
    }
    assert!(site.path(format!("log/wsrack.{}.log", first + 1)).exists());

    let (one, two) = (pid(first)?, pid(first + 1)?);
    site.ok(&[&cluster("restart")[..], &["-o", "1"]].concat()).await?;
    assert_eq!(pid(first)?, one, "only the other one is restarted");
    assert_ne!(pid(first + 1)?, two);

    let said = site.ok(&[&cluster("restart")[..], &["-O", "-w", "20"]].concat()).await?;
    assert_eq!(said.out.matches("restarted:").count(), 2, "{said:?}");
    assert_ne!(pid(first)?, one);

    let absolute = (first + 1).to_string();
    site.ok(&[&cluster("stop")[..], &["-o", &absolute]].concat()).await?;
    assert!(!site.listens(&places[1])?);
    echoes(&places[0]).await?;

    let said = site.run(&cluster("stop")).await?;
    assert_eq!(said.status, 7, "one of them was there no more: {said:?}");
    assert!(!site.listens(&places[0])?);
    let said = site.run(&[&cluster("stop")[..], &["-o", "2"]].concat()).await?;
    assert_eq!(said.status, 2, "{said:?}");
    Ok(())
}

#[tokio::test]
async fn members_on_unix_sockets_are_numbered() -> Result {
    let site = Site::new(TALLIED)?;
    site.ok(&["start", "-s", "2", "-S", "x.sock"]).await?;
    for name in ["x.0.sock", "x.1.sock"] {
        UnixStream::connect(site.path(name)).await?;
    }
    site.ok(&["restart", "-s", "2", "-S", "x.sock"]).await?;
    UnixStream::connect(site.path("x.0.sock")).await?;
    site.ok(&["stop", "-s", "2", "-S", "x.sock"]).await?;
    site.until("their end", || site.processes().is_empty()).await?;
    assert!(!site.path("x.0.sock").exists());
    Ok(())
}

#[tokio::test]
async fn a_command_for_every_file_of_a_folder() -> Result {
    let site = Site::new(TALLIED)?;
    fs::create_dir(site.path("conf"))?;
    for name in ["a", "b", "c"] {
        let file = format!("daemonize = true\nport = 0\npid = \"{name}.pid\"\nlog = \"{name}.log\"\n");
        fs::write(site.path(format!("conf/{name}.toml")), file)?;
    }
    fs::rename(site.path("conf/c.toml"), site.path("conf/c.toml~"))?;
    let said = site.ok(&["start", "--all", "conf"]).await?;
    echoes(&authority(&said)?).await?;
    let pids = [site.pid("a.pid")?, site.pid("b.pid")?];
    assert!(!site.path("c.pid").exists(), "that one an editor has left behind");
    let said = site.ok(&["stop", "--all", "conf"]).await?;
    assert!(pids.iter().all(|pid| said.out.contains(&format!("stopped process {pid}\n"))), "{said:?}");
    let said = site.run(&["stop", "--all", "conf"]).await?;
    assert_eq!(said.status, 7, "{said:?}");
    Ok(())
}
