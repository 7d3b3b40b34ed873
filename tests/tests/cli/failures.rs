//! What goes wrong: a sentence on stderr, an exit status, and nothing half done.

use std::{fs, net::TcpListener};

use wsrack_tests::{Example, Result, Site};

use super::{Folder, echo, run};

#[tokio::test]
async fn each_failure_has_a_sentence_and_a_status() -> Result {
    let folder = Folder::new()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    let in_use = format!("127.0.0.1:{port} is in use: another server listens there");
    let bad = folder.file("bad.toml", "port = 3000\n\nprot = 4000\n")?;
    let unknown = format!("{bad}:3:1: no setting is called `prot`; did you mean `port`?");
    let strange = folder.file("strange.ini", "")?;
    let ending = format!("{strange}: the name of a file of settings ends in .toml, .yaml or .yml");
    for (line, status, told) in [
        (&["-p", &port][..], 69, in_use.as_str()),
        (&["-C", &bad], 78, &unknown),
        (&["-C", &strange], 78, &ending),
        (
            &["-C", "none.toml"],
            66,
            "cannot read the settings none.toml: No such file or directory (os error 2)",
        ),
        (
            &["-c", "/none", "-p", "0"],
            66,
            "cannot read the directory /none: No such file or directory (os error 2)",
        ),
        (&["--prot", "1"], 2, "unexpected argument '--prot' found; a similar argument exists: '--port'"),
        (&["-p", "0", "--stats", "/a b"], 2, "`/a b`: ' ' does not occur in the path of a request"),
        (
            &["-p", "0", "--option", "ping_interval=90s"],
            2,
            "the options of `/`: ping_interval: 90s is not shorter than idle_timeout (60s), so a quiet client would be cut \
             before it is asked; lower ping_interval or raise idle_timeout",
        ),
    ] {
        let said = echo(&folder, line).await?;
        assert_eq!((said.status, said.err), (Some(status), format!("echo: {told}\n")), "{line:?}");
        assert_eq!(said.out, "", "{line:?}");
    }
    assert_eq!(fs::read_dir(folder.path(""))?.count(), 2, "nothing was left behind");
    Ok(())
}

#[tokio::test]
async fn all_that_is_wrong_in_a_file_is_told() -> Result {
    let folder = Folder::new()?;
    let file = folder.file("bad.yaml", "port: http\napps:\n  /fanuot:\n    debug: perhaps\n")?;
    let said = echo(&folder, &["-C", &file]).await?;
    let told: Vec<_> = said.err.lines().collect();
    assert_eq!(
        told,
        [
            format!("echo: {file}:1:7: port = \"http\": not a port; write a number from 0 to 65535"),
            format!("echo: {file}:3:3: no application is mounted at `/fanuot`; did you mean `/fanout`?"),
            format!(
                "echo: {file}:4:12: debug = \"perhaps\": neither on nor off; write `on`, `off`, `true` or `false`"
            ),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_privileged_port_is_explained_to_whoever_is_not_root() -> Result {
    let folder = Folder::new()?;
    let free = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap_or_default();
    let as_nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let tried = folder.command("setpriv".as_ref()).args(as_nobody).arg("true").output().await;
    if free.trim() == "0" || !tried.is_ok_and(|tried| tried.status.success()) {
        println!("skipped: every port is everybody's here, or this is not root");
        return Ok(());
    }
    // From where nobody may run it: the build may lie in a folder that is root's.
    let echo = folder.path("echo");
    Site::copy(Example::program("echo").await?, &echo)?;
    let mut command = folder.command("setpriv".as_ref());
    let said = run(command.args(as_nobody).arg(echo).args(["-p", "1"])).await?;
    assert_eq!(said.status, Some(77), "{said:?}");
    let told =
        "echo: 127.0.0.1:1 needs permissions that this user does not have: ports below 1024 are for root;";
    assert!(said.err.starts_with(told), "{said:?}");
    Ok(())
}
