//! What a serving process holds, and hands on.

use std::os::fd::{AsFd, OwnedFd};

use super::birth::{Birth, Role};
use super::control::FAILED;
use super::launch::{Launch, Launched};
use super::log_file::LogFile;
use super::notify::Notifier;
use super::pid_file::PidFile;
use super::program::Program;
use super::title::title;
use crate::cli::access_file::AccessFile;
use crate::cli::failure::Failure;
use crate::cli::settings::{Listen, Settings};
use crate::log::log;
use crate::server::ServerHandle;

/// What a serving process holds.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) settings: Settings,
    pub(super) program: Program,
    pub(super) member: Option<u16>,
    pub(super) is_activated: bool,
    pub(super) log: Option<LogFile>,
    pub(super) access_file: Option<AccessFile>,
    pub(super) pid_file: Option<PidFile>,
    /// The file of the process before this one, where the settings name another one now.
    pub(super) former_pid_file: Option<PidFile>,
    pub(super) notifier: Notifier,
}

impl Hold {
    /// Makes a pid file that was handed on this process' own.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn take_over(&mut self) -> Result<(), Failure> {
        if let Some(mut former) = self.former_pid_file.take() {
            // Ours to remove, and that is what happens to it.
            let _unwritten = former.take_over();
        }
        let Some(file) = &mut self.pid_file else { return Ok(()) };
        file.take_over().map_err(|error| Failure::unwritable("the pid file", file.path(), error))
    }

    /// Opens the log files anew. Where that fails, the old ones go on.
    pub(super) fn reopen_logs(&self) {
        let log = self.log.as_ref().map(LogFile::redirect);
        let access = self.access_file.as_ref().map(AccessFile::reopen);
        for failure in [log, access].into_iter().flatten().filter_map(Result::err) {
            log!(error, "{failure}");
        }
    }

    /// Starts the process that is to take over.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub(super) fn launch_successor(&self, server: &ServerHandle) -> Result<Launched, Failure> {
        let mut birth = Birth::new(Role::Successor, &self.program, self.member);
        birth.listening = self.settings.listen.iter().map(Listen::to_string).collect();
        birth.is_activated = self.is_activated;
        birth.pid_file = self.pid_file.as_ref().map(|file| file.path().into());
        let failed = |error| Failure::System { what: "the new process cannot be started".to_owned(), error };
        let sockets: Vec<OwnedFd> = server.sockets().map_err(failed)?;
        let files = sockets.iter().map(AsFd::as_fd).chain(self.pid_file.as_ref().map(AsFd::as_fd));
        let launch = Launch {
            program: &self.program,
            birth,
            title: title(&self.program, &self.settings),
            environment: Vec::new(),
            files: files.collect(),
        };
        launch.spawn().map_err(failed)
    }

    /// Lets go of what belongs to the process that has taken over.
    pub(super) fn hand_on(&mut self) {
        if let Some(file) = self.pid_file.take() {
            file.hand_on();
        }
    }

    /// Tells all who wait for it that a restart has come to nothing.
    pub(super) fn restart_failed(&self, failure: &Failure) {
        log!(error, "{FAILED}{}", failure.to_string().replace('\n', "; "));
        if let Some(file) = &self.pid_file
            && let Err(error) = file.write()
        {
            log!(warn, "the pid file {} cannot be written: {error}", file.path().display());
        }
        self.notifier.ready("Serving on: the restart failed");
    }
}
