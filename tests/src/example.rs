//! An example program as a child process: built when it is not there, addressed by the line it prints, killed on drop.

mod build;

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    net::TcpStream,
    process::{Child, Command},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use crate::{Failure, Result};

/// How long a program may take to print its address, or a line that a test waits for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running example; dropping it kills the process.
#[derive(Debug)]
pub struct Example {
    name: String,
    authority: String,
    lines: UnboundedReceiver<String>,
    seen: Vec<String>,
    child: Child,
}

impl Example {
    /// Starts the example `name` on a free port and waits until it prints its address.
    ///
    /// `options` follow the port on its command line. The environment has `ECHO_LOG=1`, so `echo` prints a line on
    /// stderr for each connection that closes, and `WSRACK_ENV=production`.
    ///
    /// # Errors
    /// Where it does not build, exits, or prints no address within a minute; the text has what it printed.
    pub async fn start(name: &str, options: &[&str]) -> Result<Self> {
        Self::run(name, &Self::program(name).await?, options).await
    }

    /// The program of the example `name`, for a test that starts it by itself.
    ///
    /// # Errors
    /// Where it does not build.
    pub async fn program(name: &str) -> Result<PathBuf> {
        build::program(name).await
    }

    /// As [`start`](Self::start), for another program that takes `-p 0` and prints its address.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn run(name: &str, program: &Path, options: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["-p", "0"])
            .args(options)
            .env("ECHO_LOG", "1")
            // Not each frame in the log.
            .env("WSRACK_ENV", "production")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (sender, lines) = unbounded_channel();
        child.stdout.take().map(|output| tokio::spawn(forward(output, sender.clone())));
        child.stderr.take().map(|output| tokio::spawn(forward(output, sender)));
        let mut example =
            Self { name: name.to_owned(), authority: String::new(), lines, seen: Vec::new(), child };
        let line = example.line("its address", |line| authority(line).is_some()).await?;
        authority(&line).unwrap_or_default().clone_into(&mut example.authority);
        Ok(example)
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// Where it does not within a minute; the text has what it printed.
    pub async fn exit(&mut self) -> Result<ExitStatus> {
        match timeout(PATIENCE, self.child.wait()).await {
            Ok(status) => Ok(status?),
            Err(_) => {
                while let Ok(line) = self.lines.try_recv() {
                    self.seen.push(line);
                }
                let all = self.seen.join("\n");
                Err(Failure::new(format!("{} did not end in time; all it printed:\n{all}", self.name)))
            }
        }
    }

    /// Waits until it accepts no connection any more.
    ///
    /// # Errors
    /// Where it still does after a minute.
    pub async fn refuses(&self) -> Result {
        let refused = async { while TcpStream::connect(&self.authority).await.is_ok() {} };
        Ok(timeout(PATIENCE, refused).await?)
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// `127.0.0.1:PORT`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// `http://127.0.0.1:PORT` and `path`.
    pub fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    /// `ws://127.0.0.1:PORT` and `path`.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.authority)
    }

    /// The next line, on stdout or stderr, that `wanted` likes; `what` names it in the error.
    ///
    /// Lines that came before it are not looked at again.
    ///
    /// # Errors
    /// Where the program ends before that, or none comes within a minute; the text has all that it printed.
    ///
    /// # Cancel safety
    /// Lines that were read before the future was dropped are not seen by the next call.
    pub async fn line(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let search = async {
            while let Some(line) = self.lines.recv().await {
                self.seen.push(line.clone());
                if wanted(&line) {
                    return Some(line);
                }
            }
            None
        };
        let (reason, name) = match timeout(PATIENCE, search).await {
            Ok(Some(line)) => return Ok(line),
            Ok(None) => ("ended without printing", &self.name),
            Err(_) => ("did not print in time", &self.name),
        };
        Err(Failure::new(format!("{name} {reason} {what}; all it printed:\n{}", self.seen.join("\n"))))
    }
}

/// `127.0.0.1:3000` out of `listening on http://127.0.0.1:3000/`, or `https`.
fn authority(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("http://").or_else(|| line.split_once("https://"))?;
    rest.split(['/', ' ']).next().filter(|authority| authority.contains(':'))
}

/// Reads on after the last line that anybody waits for: a program must not block because its pipe is full.
async fn forward(output: impl AsyncRead + Unpin, lines: UnboundedSender<String>) {
    let mut output = BufReader::new(output).lines();
    while let Ok(Some(line)) = output.next_line().await {
        // Nobody listens after the example was dropped.
        let _ = lines.send(line);
    }
}
