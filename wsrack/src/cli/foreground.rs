//! How it is done where there are no daemons: a server in the foreground, until Ctrl-C.

use std::path::Path;
use std::process::ExitCode;

use super::access_file::open;
use super::failure::Failure;
use super::served::{Plan, announce, bind, block_on, plan};
use super::settings::{Command, Settings};
use crate::routes::Routes;

/// Where this process comes from.
#[derive(Debug)]
pub(super) struct Origin(String);

impl Origin {
    #[expect(clippy::unnecessary_wraps, reason = "as where a process may come from another one")]
    pub(super) fn of_this_process() -> Result<Self, Failure> {
        let called = std::env::args_os().next().unwrap_or_default();
        let name = Path::new(&called).file_name().unwrap_or_default();
        Ok(Self(name.to_string_lossy().into_owned()))
    }

    pub(super) fn name(&self) -> String {
        self.0.clone()
    }

    pub(super) fn report(self, failure: &Failure) -> ExitCode {
        failure.report(&self.0)
    }
}

/// Does what is asked.
///
/// # Errors
///
/// What went wrong, before anything was half done.
pub(super) fn run(settings: &Settings, routes: Routes, _origin: &mut Origin) -> Result<(), Failure> {
    if settings.command != Command::Start || settings.daemonize || settings.servers.is_some() {
        let problem =
            "on this system a server runs in the foreground: `start` without `--daemonize` and `--servers`";
        return Err(Failure::Usage(problem.into()));
    }
    if let Some(dir) = &settings.chdir {
        std::env::set_current_dir(dir).map_err(|error| Failure::unreadable("the directory", dir, error))?;
    }
    let Plan { builder, .. } = plan(settings, routes, &open)?;
    let bound = bind(builder, settings, &settings.listen)?;
    block_on(async {
        let server = bound.start().await.map_err(Failure::App)?;
        announce(settings, &server.handle());
        server.serve_until_signal().await.map_err(Failure::App)
    })
}
