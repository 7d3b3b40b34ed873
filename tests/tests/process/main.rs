//! The real program: in the background, restarted, stopped, as a person at a terminal, a service manager or a script
//! does it.

#![cfg(all(test, target_os = "linux"))]

mod background;
mod cluster;
mod ending;
mod files;
mod foreground;
mod lossless;
mod privileges;
mod restart;
mod safety;
mod secure;
mod systemd;
mod unix;

use tokio_tungstenite::tungstenite::Message;
use wsrack_tests::{Client, Failure, Result, Said, Site};

/// The program that counts.
const TALLIED: &str = env!("CARGO_BIN_EXE_tallied");

const PID: &str = "tmp/pids/wsrack.pid";
const LOG: &str = "log/wsrack.log";

/// Starts a daemon on a free port; returns where it listens.
async fn start(site: &Site, arguments: &[&str]) -> Result<String> {
    let said = site.ok(&[&["start", "-d", "-p", "0"], arguments].concat()).await?;
    authority(&said)
}

/// `127.0.0.1:4711` out of what a command said.
fn authority(said: &Said) -> Result<String> {
    let found = said.out.split_whitespace().find(|word| word.contains("127.0.0.1:"));
    let word = found.ok_or_else(|| Failure::new(format!("no address: {said:?}")))?;
    Ok(word.trim_end_matches(',').to_owned())
}

/// Has a message sent back.
async fn echoes(authority: &str) -> Result {
    served(authority).await?.leave().await
}

/// A client that has had a message sent back. Right after a restart it may have come to a worker of the old process, which
/// has not heard of it yet, and be told to come again.
async fn served(authority: &str) -> Result<Client> {
    const RESTARTS: u16 = 1012;

    loop {
        let mut client = Client::connect(format!("ws://{authority}/")).await?;
        client.send("there?").await?;
        match client.next().await? {
            Message::Close(Some(close)) if u16::from(close.code) == RESTARTS => {}
            other => {
                assert_eq!(other, Message::text("there?"));
                return Ok(client);
            }
        }
    }
}
