//! `stop`: asks, waits, and in the end does not ask any more.

use std::time::Duration;

use rustix::process::Signal;

use super::{Server, say};
use crate::cli::failure::Failure;
use crate::cli::process::pid_file;
use crate::cli::settings::Settings;

/// How long the system may take for a process that was killed.
const BURIAL: Duration = Duration::from_secs(10);

/// Stops the server of these settings: gracefully, or with INT at once where that is forced.
///
/// # Errors
///
/// Where none runs, or it is somebody else's.
pub(super) fn stop(settings: &Settings) -> Result<(), Failure> {
    let server = Server::find(settings)?;
    let (signal, time) = if settings.how.force {
        (Signal::INT, settings.timeout)
    } else {
        (Signal::QUIT, settings.stop_time())
    };
    server.signal(signal)?;
    if server.is_gone(time)? {
        server.clear_up()?;
        say(&format!("stopped process {}", server.pid));
        return Ok(());
    }
    server.signal(Signal::KILL)?;
    if !server.is_gone(BURIAL)? {
        let what = format!("process {} was killed and did not end", server.pid);
        return Err(Failure::TooLate { what, within: BURIAL });
    }
    server.clear_up()?;
    say(&format!("killed process {}: it had not stopped in {} seconds", server.pid, time.as_secs()));
    Ok(())
}

impl Server {
    /// Removes a pid file that nobody holds: its process was killed, or may not remove it since it has become another
    /// user.
    fn clear_up(&self) -> Result<(), Failure> {
        pid_file::remove_left_behind(&self.file)
            .map_err(|error| Failure::unwritable("the pid file", &self.file, error))
    }

    fn is_gone(&self, within: Duration) -> Result<bool, Failure> {
        let gone = self.watch(within, |entry| {
            let is_there =
                entry.is_some_and(|entry| entry.is_held && entry.pid.is_none_or(|pid| pid == self.pid));
            (!is_there).then_some(())
        })?;
        Ok(gone.is_some())
    }
}
