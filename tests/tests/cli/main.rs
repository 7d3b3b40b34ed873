//! The command line of a real program: what it takes, what it prints, and how it fails. It is the example `echo`, or
//! `tallied`, which is built with all of wsrack's features.

#![cfg(unix)]

mod asking;
mod failures;
mod limits;
mod listen;
mod secure;
mod serving;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{self, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{process::Command, time::timeout};
use wsrack_tests::{Example, Result};

/// Has TLS, however this is built.
const TALLIED: &str = env!("CARGO_BIN_EXE_tallied");

/// How long a command may take that serves nobody.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a command said, and what it ended with.
#[derive(Debug)]
struct Said {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Starts `tallied` on a free port.
async fn tallied(options: &[&str]) -> Result<Example> {
    Example::run("tallied", TALLIED.as_ref(), options).await
}

/// Runs `echo` in a folder until it ends.
async fn echo(folder: &Folder, arguments: &[&str]) -> Result<Said> {
    run(folder.command(&Example::program("echo").await?).args(arguments)).await
}

async fn run(command: &mut Command) -> Result<Said> {
    let output = timeout(PATIENCE, command.output()).await??;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Said { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}

/// An empty folder to run a program in; it is removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = env::temp_dir().join(format!("wsrack-cli-{}-{number}", process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Self(folder)),
                // Left behind by one that was killed, and had the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The path of a file, with this text in it.
    fn file(&self, name: &str, text: &str) -> Result<String> {
        let path = self.0.join(name);
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A program that runs in this folder, and is killed when nobody waits for it any more.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.0).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that has failed says so by itself.
        let _ = fs::remove_dir_all(&self.0);
    }
}
