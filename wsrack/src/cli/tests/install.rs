//! The units, and what systemd says of them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{ask, failure};
use crate::cli::failure::Failure;
use crate::cli::install::install;
use crate::cli::levels::Request;

fn write(line: &[&str], dir: &str) -> Result<String, Failure> {
    let Ok(Request::Run { settings, arguments, .. }) = ask(line, &[]) else { panic!("{line:?}") };
    install(&settings, "my chat", &arguments, Path::new(dir))
}

#[test]
fn a_service_starts_what_the_command_line_says() {
    let line = [
        "install",
        "-p",
        "80",
        "-u",
        "nobody",
        "--max-conns",
        "5000",
        "-t",
        "5",
        "--tag",
        "50% \"a\" $b",
        "-d",
    ];
    let text = write(&line, "-").unwrap();
    let program = std::env::current_exe().unwrap();
    for line in [
        "# my-chat.service".to_owned(),
        "# my-chat.socket".to_owned(),
        "ListenStream=127.0.0.1:80".to_owned(),
        "User=nobody".to_owned(),
        "Type=notify".to_owned(),
        "TimeoutStopSec=25s".to_owned(),
        "LimitNOFILE=6024".to_owned(),
        format!(
            "ExecStart={} --port 80 --daemonize --user nobody --tag \"50%% \\\"a\\\" $$b\" --timeout 5s --max-conns 5000 \
             --no-daemonize start",
            program.display()
        ),
    ] {
        assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    }
}

#[test]
fn a_cluster_is_told_what_to_do_instead() {
    let told = write(&["install", "-s", "4"], "-").unwrap_err().to_string();
    assert!(told.ends_with("in the place of `--servers 4` say `--workers 4`"), "{told}");
    let told = write(&["install"], "/no such directory").unwrap_err();
    assert_eq!(told.status(), 73, "{told}");
    assert_eq!(failure(&["install", "--dir"], &[]).status(), 2);
}

#[test]
fn systemd_finds_nothing_wrong() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: there is no systemd-analyze");
        return;
    }
    let folder = std::env::temp_dir().join(format!("wsrack-units-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let dir = folder.to_str().unwrap();
    let origins = "origins=same, https://any.org";
    for line in [
        &["install"][..],
        &[
            "install",
            "-S",
            "/run/my chat.sock",
            "--socket-mode",
            "660",
            "-u",
            "daemon",
            "-g",
            "daemon",
            "--tag",
            "5% $x",
        ],
        &[
            "install",
            "--listen",
            "[::1]:80",
            "--listen",
            "127.0.0.1:80",
            "-a",
            "localhost",
            "--option",
            origins,
        ],
    ] {
        let told = write(line, dir).unwrap();
        assert!(told.contains("my-chat.service"), "{told}");
        let units = ["my-chat.service", "my-chat.socket"].map(|unit| folder.join(unit));
        let said = Command::new("systemd-analyze").arg("verify").args(units).output().unwrap();
        let said = [said.stdout, said.stderr].concat();
        assert_eq!(String::from_utf8_lossy(&said), "", "{line:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}
