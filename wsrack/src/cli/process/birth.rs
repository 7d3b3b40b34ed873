//! What a process is told by the one that has started it, and what it answers.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use rustix::fs::{Mode, OFlags, fstat, open};
use rustix::stdio::dup2_stdin;
use serde::{Deserialize, Serialize};

use super::pid_file::PidFile;
use super::program::Program;
use super::wire;
use crate::cli::failure::Failure;

/// The variable that says which file the stdin of a process is that was started by one of ours.
pub(super) const MARK: &str = "WSRACK_BORN_WITH";

/// How long the process that has started this one may take for a word.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a process is told when it is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Birth {
    pub(super) role: Role,
    /// The path of the program, and where it was called.
    pub(super) path: OsString,
    pub(super) directory: OsString,
    /// Which member of a cluster it is.
    pub(super) member: Option<u16>,
    /// What the process that has started it listens on, as its settings have it.
    pub(super) listening: Vec<String>,
    /// Those sockets are systemd's, and the settings have no say in it.
    pub(super) is_activated: bool,
    /// Where the pid file is that is the last of its files.
    pub(super) pid_file: Option<OsString>,
}

/// Why a process was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    /// To go into the background.
    Daemon,
    /// To take the place of the process that has started it.
    Successor,
}

/// What a process says once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Report {
    /// Its sockets are bound and its applications have started.
    Ready {
        places: Vec<String>,
    },
    Failed {
        status: u8,
        sentence: String,
    },
}

/// The word to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Go;

/// The line to the process that has started this one.
#[derive(Debug)]
pub(super) struct Parent(UnixStream);

/// All that a process is born with.
#[derive(Debug)]
pub(super) struct Born {
    pub(super) birth: Birth,
    pub(super) sockets: Vec<OwnedFd>,
    pub(super) pid_file: Option<PidFile>,
}

impl Birth {
    pub(super) fn new(role: Role, program: &Program, member: Option<u16>) -> Self {
        let (path, directory) = (program.path.clone().into(), program.directory.clone().into());
        Self { role, path, directory, member, listening: Vec::new(), is_activated: false, pid_file: None }
    }

    /// The program of this process: its own name may have become a title.
    pub(super) fn program(&self, found: &Program) -> Program {
        Program {
            path: self.path.clone().into(),
            directory: self.directory.clone().into(),
            arguments: found.arguments.clone(),
        }
    }
}

impl Parent {
    /// The line of this process, where one of ours has started it; `None` where somebody else has.
    ///
    /// # Errors
    ///
    /// Where the process has no descriptor left.
    pub(super) fn of_this_process() -> io::Result<Option<Self>> {
        let stdin = io::stdin();
        if !is_marked(&stdin)? {
            return Ok(None);
        }
        Ok(Some(Self(UnixStream::from(stdin.as_fd().try_clone_to_owned()?))))
    }

    /// What this process was started with. Its stdin is empty afterwards.
    ///
    /// # Errors
    ///
    /// Where the other process ends meanwhile.
    pub(super) fn tell(&self) -> io::Result<Born> {
        dup2_stdin(open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)?;
        self.0.set_read_timeout(Some(PATIENCE))?;
        let (birth, mut sockets): (Birth, _) = wire::receive(&self.0)?;
        let path = birth.pid_file.as_ref().map(PathBuf::from);
        let pid_file = path.and_then(|path| Some(PidFile::handed(path, sockets.pop()?)));
        Ok(Born { birth, sockets, pid_file })
    }

    /// Says that this process could serve, and where; and waits for the word to do so. A parent that is gone, or that has
    /// closed the line, has not said it: it may have been told to stop meanwhile, and kill this process next.
    ///
    /// # Errors
    ///
    /// Where the word does not come.
    pub(super) fn ready(self, places: Vec<String>) -> io::Result<()> {
        wire::send(&self.0, &Report::Ready { places }, &[])?;
        wire::receive(&self.0).map(|(Go, _)| ())
    }

    /// Says what came in between.
    pub(super) fn failed(self, failure: &Failure) {
        let report = Report::Failed { status: failure.status(), sentence: failure.to_string() };
        if let Err(error) = wire::send(&self.0, &report, &[]) {
            tracing::debug!(%error, "nobody hears of the failure");
        }
    }
}

/// Whether the mark is of this very stdin: whoever the process starts itself inherits the variable and has another one.
fn is_marked(stdin: &io::Stdin) -> io::Result<bool> {
    let Ok(mark) = std::env::var(MARK) else { return Ok(false) };
    let file = fstat(stdin.as_fd())?;
    Ok(mark == format!("{}:{}", file.st_dev, file.st_ino))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::{Go, Parent};
    use crate::cli::process::wire;

    #[test]
    fn the_word_to_serve_is_a_word() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        wire::send(&theirs, &Go, &[]).unwrap();
        Parent(ours).ready(Vec::new()).unwrap();
    }

    #[test]
    fn a_line_that_is_closed_is_none() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        theirs.shutdown(std::net::Shutdown::Both).unwrap();
        assert!(Parent(ours).ready(Vec::new()).is_err());
    }
}
