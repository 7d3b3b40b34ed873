//! Starting this program once more, and waiting until it says that it serves.

use std::io;
use std::net::Shutdown;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use rustix::fs::fstat;

use super::birth::{Birth, Go, MARK, Report};
use super::program::Program;
use super::wire;
use crate::cli::failure::Failure;

/// What a process is started with.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub(super) program: &'a Program,
    pub(super) birth: Birth,
    /// What `ps` shows in the place of the program's name.
    pub(super) title: String,
    pub(super) environment: Vec<(&'static str, String)>,
    /// The listening sockets, and the pid file behind them where the birth names it.
    pub(super) files: Vec<BorrowedFd<'a>>,
}

/// A process that was started and has not said yet that it is ready. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct Launched {
    /// `None` once it is nobody's to kill.
    child: Option<Child>,
    stream: UnixStream,
}

/// Ends the wait for a process, and with it the process.
#[derive(Debug)]
pub(super) struct Canceller(UnixStream);

impl Launch<'_> {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// Where there is no program any more, or the system has no room for a process.
    pub(super) fn spawn(self) -> io::Result<Launched> {
        let (stream, theirs) = UnixStream::pair()?;
        // So that it knows its stdin from any other, though variables are inherited by whoever it starts.
        let file = fstat(&theirs)?;
        let mut command = self.program.command();
        command
            .arg0(self.title)
            .args(&self.program.arguments)
            .env(MARK, format!("{}:{}", file.st_dev, file.st_ino))
            .envs(self.environment)
            .stdin(Stdio::from(OwnedFd::from(theirs)));
        let child = command.spawn()?;
        drop(command);
        let launched = Launched { child: Some(child), stream };
        // It may end without a look at this: then that is what will be reported.
        match wire::send(&launched.stream, &self.birth, &self.files) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(launched),
        }
    }
}

impl Launched {
    pub(super) fn pid(&self) -> u32 {
        self.child.as_ref().map(Child::id).unwrap_or_default()
    }

    /// Waits until the process is ready, and returns where it listens. It does not serve before [`release`](Self::release).
    ///
    /// # Errors
    ///
    /// What the process says that it failed with; or that it ended without a word, or took too long.
    pub(super) fn ready(&mut self, within: Duration) -> Result<Vec<String>, Failure> {
        // No time at all is refused.
        let left = within.max(Duration::from_millis(1));
        let system = |error| Failure::System { what: "the new process cannot be heard".to_owned(), error };
        self.stream.set_read_timeout(Some(left)).map_err(system)?;
        match wire::receive(&self.stream) {
            Ok((Report::Ready { places }, _)) => Ok(places),
            Ok((Report::Failed { status, sentence }, _)) => Err(Failure::Child { status, sentence }),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Err(Failure::TooLate { what: "the new process was not ready".to_owned(), within })
            }
            Err(_) => Err(self.ended()),
        }
    }

    /// What ends the wait for it from elsewhere.
    ///
    /// # Errors
    ///
    /// Where this process has no descriptor left.
    pub(super) fn canceller(&self) -> io::Result<Canceller> {
        self.stream.try_clone().map(Canceller)
    }

    /// Has it serve: from here on it stands on its own feet.
    ///
    /// # Errors
    ///
    /// Where it is gone.
    pub(super) fn release(mut self) -> io::Result<Child> {
        wire::send(&self.stream, &Go, &[])?;
        self.child.take().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// It closed the line without a word.
    fn ended(&mut self) -> Failure {
        let status = self.child.as_mut().map(|child| {
            // It has no more to say, so it has no more to do.
            let _gone = child.kill();
            child.wait()
        });
        let how = match status {
            Some(Ok(status)) => told(status),
            _ => "it is gone".to_owned(),
        };
        Failure::Child { status: 70, sentence: format!("the new process ended before it was ready: {how}") }
    }
}

impl Canceller {
    pub(super) fn cancel(&self) {
        // Where nobody waits any more there is nothing to end.
        let _over = self.0.shutdown(Shutdown::Both);
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Gone already, or gone now.
            let _gone = child.kill();
            let _reaped = child.wait();
        }
    }
}

fn told(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}
