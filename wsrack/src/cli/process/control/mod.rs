//! Commands to servers that run: by their pid files.

mod all;
mod cluster;
mod restart;
mod stop;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, geteuid, kill_process};

pub(super) use self::all::run_for_all;
pub(super) use self::cluster::{restart, start, stop};
pub(super) use self::restart::FAILED;
use super::pid_file::{self, Entry};
use crate::cli::failure::Failure;
use crate::cli::settings::Settings;

/// How often a pid file is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// A server as its pid file shows it.
#[derive(Debug)]
struct Server {
    file: PathBuf,
    pid: u32,
    /// As of [`find`](Self::find).
    written: i128,
}

impl Server {
    /// The server that holds the pid file of these settings.
    ///
    /// # Errors
    ///
    /// Where there is none. A file that one has left behind is removed.
    fn find(settings: &Settings) -> Result<Self, Failure> {
        let file = file(settings);
        let mut found = look(&file)?;
        if found.is_some_and(|entry| entry.is_held) {
            // A command that clears a file away holds it for a moment as well.
            sleep(GLANCE);
            found = look(&file)?;
        }
        match found {
            Some(Entry { pid: Some(pid), is_held: true, written }) => Ok(Self { file, pid, written }),
            Some(Entry { is_held: true, .. }) => {
                Err(not_running(format!("{} names no process", file.display())))
            }
            Some(Entry { pid, .. }) => {
                let _removed = pid_file::remove_left_behind(&file);
                let whose = pid.map_or_else(String::new, |pid| format!(" by process {pid}"));
                Err(not_running(format!("{} was left behind{whose}", file.display())))
            }
            None => Err(not_running(format!("there is no pid file {}", file.display()))),
        }
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// Where it is somebody else's. Root may signal all, and what the server has written is not root's word: the process
    /// has to have the file open.
    fn signal(&self, signal: Signal) -> Result<(), Failure> {
        if geteuid().is_root() && !pid_file::is_open_in(&self.file, self.pid) {
            let file = self.file.display();
            return Err(not_running(format!("process {} is in {file}, and does not hold it", self.pid)));
        }
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        match pid.map(|pid| kill_process(pid, signal)) {
            // One that has ended meanwhile is seen by its pid file.
            Some(Ok(()) | Err(Errno::SRCH)) => Ok(()),
            Some(Err(error)) => Err(Failure::System {
                what: format!("process {} cannot be told", self.pid),
                error: error.into(),
            }),
            None => Err(not_running(format!("{} names no process", self.file.display()))),
        }
    }

    /// Looks at the pid file until `seen` has seen enough; `None` where it has not in time.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    fn watch<T>(
        &self,
        within: Duration,
        mut seen: impl FnMut(Option<Entry>) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let end = Instant::now() + within;
        loop {
            let found = seen(look(&self.file)?);
            if found.is_some() || Instant::now() >= end {
                return Ok(found);
            }
            sleep(GLANCE);
        }
    }
}

/// Where the pid file is, from where this process is.
fn file(settings: &Settings) -> PathBuf {
    from_here(settings, settings.pid_file())
}

/// A path of the settings: they count from the directory that the server changes to.
fn from_here(settings: &Settings, path: &Path) -> PathBuf {
    settings.chdir.as_deref().unwrap_or(Path::new("")).join(path)
}

fn look(file: &Path) -> Result<Option<Entry>, Failure> {
    pid_file::read(file).map_err(|error| Failure::unreadable("the pid file", file, error))
}

fn not_running(why: String) -> Failure {
    Failure::NotRunning { why }
}

/// Tells the operator; there is nobody to hear of it where stdout is closed.
pub(super) fn say(text: &str) {
    let _closed = writeln!(io::stdout(), "{text}");
}
