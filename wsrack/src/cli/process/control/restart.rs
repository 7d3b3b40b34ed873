//! `restart`: has the server start anew, and waits until the new one serves or the old one says why not.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::process::Signal;

use super::{GLANCE, Server, from_here, say};
use crate::cli::failure::Failure;
use crate::cli::settings::Settings;

/// What stands in the log before the reason of a restart that came to nothing.
pub(in crate::cli::process) const FAILED: &str = "the restart failed, and this process goes on: ";

/// The server itself waits so long for the new process; a little more, to hear of it.
const MARGIN: Duration = Duration::from_secs(5);

/// How old a pid file has to be.
const SETTLING: Duration = Duration::from_millis(100);

/// The log that a restart adds is short.
const LOG_MAX: u64 = 1 << 20;

/// A restart under way.
#[derive(Debug)]
pub(super) struct Restart {
    server: Server,
    log: PathBuf,
    /// Where the log ended before.
    log_size: u64,
    within: Duration,
}

/// What the pid file says of a restart.
enum Outcome {
    By(u32),
    Refused,
    Gone,
}

impl Restart {
    /// Asks the server of these settings to start anew.
    ///
    /// # Errors
    ///
    /// Where none runs, or it is somebody else's.
    pub(super) fn ask(settings: &Settings) -> Result<Self, Failure> {
        let server = settled(settings)?;
        let log = from_here(settings, settings.log_file());
        let log_size = log.metadata().map(|file| file.len()).unwrap_or_default();
        server.signal(Signal::HUP)?;
        Ok(Self { server, log, log_size, within: settings.wait + MARGIN })
    }

    /// Waits until the new process serves.
    ///
    /// # Errors
    ///
    /// Where it does not, and why.
    pub(super) fn wait(self) -> Result<(), Failure> {
        let Server { pid: old, written, .. } = self.server;
        let outcome = self.server.watch(self.within, |entry| match entry {
            Some(entry) if entry.is_held => match entry.pid {
                Some(pid) if pid != old => Some(Outcome::By(pid)),
                Some(_) if entry.written != written => Some(Outcome::Refused),
                _ => None,
            },
            _ => Some(Outcome::Gone),
        })?;
        match outcome {
            Some(Outcome::By(new)) => {
                say(&format!("restarted: process {new} has taken over from {old}"));
                Ok(())
            }
            Some(Outcome::Refused) => Err(Failure::NotReplaced { why: self.reason() }),
            Some(Outcome::Gone) => {
                Err(Failure::NotRunning { why: format!("process {old} ended while it was to restart") })
            }
            None => {
                Err(Failure::TooLate { what: format!("process {old} was not replaced"), within: self.within })
            }
        }
    }

    /// What the old process has logged.
    fn reason(&self) -> String {
        let read = || {
            let mut file = File::open(&self.log)?;
            let size = file.metadata()?.len();
            // One that is shorter is another one.
            file.seek(SeekFrom::Start(if size < self.log_size { 0 } else { self.log_size }))?;
            let mut bytes = Vec::new();
            file.take(LOG_MAX).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let log = read().unwrap_or_default();
        let reason = log.lines().rev().find_map(|line| Some(line.split_once(FAILED)?.1.to_owned()));
        reason.unwrap_or_else(|| format!("its log says why ({})", self.log.display()))
    }
}

/// The server, with a pid file that nobody is about to write: one that has just taken over may not be done with it.
///
/// # Errors
///
/// As [`Server::find`].
fn settled(settings: &Settings) -> Result<Server, Failure> {
    loop {
        let server = Server::find(settings)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = i128::try_from(now.as_nanos()).unwrap_or_default() - server.written;
        // A clock that was set back is no reason to wait.
        if !(0..SETTLING.as_nanos().cast_signed()).contains(&age) {
            return Ok(server);
        }
        sleep(GLANCE);
    }
}
