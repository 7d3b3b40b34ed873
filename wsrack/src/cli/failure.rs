//! Why a command failed: one sentence, and an exit status of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use thiserror::Error;

use super::settings::Listen;
use crate::error::Error;

/// Why a command failed. Its text is one sentence for stderr.
///
/// The statuses are those of `sysexits.h` where it has one, so that systemd shows them by name.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The command line or the environment: one line for each thing that is wrong.
    #[error("{0}")]
    Usage(String),
    /// The file of `-C`: where and what, one line for each thing that is wrong.
    #[error("{0}")]
    File(String),
    /// A file or a directory that must be there is not, or cannot be read.
    #[error("cannot read {what} {}: {error}", path.display())]
    Unreadable { what: &'static str, path: PathBuf, error: io::Error },
    /// The pid file, a log, a unit: no permission, no directory, no room.
    #[error("cannot write {what} {}: {error}", path.display())]
    Unwritable { what: &'static str, path: PathBuf, error: io::Error },
    #[error("{0} is in use: another server listens there")]
    InUse(Listen),
    /// A privileged port, or an address or a path that is not this user's.
    #[error("{0} needs permissions that this user does not have{advice}", advice = privileged(.0))]
    NotPermitted(Listen),
    #[error("cannot listen on {listen}: {error}")]
    Listen { listen: Listen, error: io::Error },
    #[error("there is no {kind} called `{name}`")]
    Unknown { kind: Account, name: String },
    /// `-u` or `-g` without the right to change to them, or a change that did not hold.
    #[error("cannot run as {name}: {why}")]
    Privileges { name: String, why: String },
    #[error("already running: process {pid} holds {}", file.display())]
    Running { pid: u32, file: PathBuf },
    #[error("no server is running: {why}")]
    NotRunning { why: String },
    /// Somebody waited for, and for how long.
    #[error("{what} in {} seconds", within.as_secs())]
    TooLate { what: String, within: Duration },
    /// The new program did not become ready; the old one serves on.
    #[error("the new process did not start, and the old one goes on: {why}")]
    NotReplaced { why: String },
    /// What a process said that this one has started.
    #[error("{sentence}")]
    Child { status: u8, sentence: String },
    /// A certificate, a key or an authority of TLS.
    #[cfg(feature = "tls")]
    #[error("{0}")]
    Tls(Error),
    /// An `#[on_start]` or `#[on_stop]`, or options that contradict each other.
    #[error("{0}")]
    App(Error),
    /// Anything else that the system refused.
    #[error("{what}: {error}")]
    System { what: String, error: io::Error },
}

/// Whose name is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    User,
    Group,
}

impl Failure {
    /// What the process exits with. The guide has this table.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::App(_) => 1,
            Self::Usage(_) => 2,
            Self::NotRunning { .. } => 7,
            Self::Unreadable { .. } => 66,
            Self::Unknown { .. } => 67,
            Self::InUse(_) | Self::Listen { .. } => 69,
            Self::NotReplaced { .. } => 70,
            Self::System { .. } => 71,
            Self::Privileges { .. } => 72,
            Self::Unwritable { .. } => 73,
            Self::Running { .. } => 75,
            Self::NotPermitted(_) => 77,
            Self::File(_) => 78,
            #[cfg(feature = "tls")]
            Self::Tls(error) => certificate(error),
            Self::TooLate { .. } => 124,
            Self::Child { status, .. } => *status,
        }
    }

    /// Why a listener could not be bound.
    pub(crate) fn of_listen(listen: &Listen, error: io::Error) -> Self {
        let listen = listen.clone();
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(listen),
            io::ErrorKind::PermissionDenied => Self::NotPermitted(listen),
            _ => Self::Listen { listen, error },
        }
    }

    /// Why a file could not be read.
    pub(crate) fn unreadable(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Unreadable { what, path: path.to_owned(), error }
    }

    /// Why a file could not be written.
    pub(crate) fn unwritable(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Unwritable { what, path: path.to_owned(), error }
    }

    /// Says it on stderr, and gives what the process exits with.
    pub(crate) fn report(&self, program: &str) -> ExitCode {
        for line in self.to_string().lines() {
            eprintln!("{program}: {line}");
        }
        ExitCode::from(self.status())
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Group => "group",
        })
    }
}

/// Whether the file cannot be read, or says nothing that is right.
#[cfg(feature = "tls")]
fn certificate(error: &Error) -> u8 {
    let is_unread = error.chain().any(<dyn std::error::Error>::is::<io::Error>);
    if is_unread { 66 } else { 78 }
}

/// What a system says about low ports only by refusing them.
fn privileged(listen: &Listen) -> &'static str {
    match listen {
        Listen::Tcp { port: 1..1024, .. } => {
            ": ports below 1024 are for root; start as root with `--user` and `--group`, or take a higher port"
        }
        _ => "",
    }
}
