//! How it is done: what the process takes hold of, lets go of, and hands on.
//!
//! One process starts another one twice in its life, and both times in the same way ([`launch`], [`birth`]): to go into
//! the background, and to restart. No process forks without an exec, for a process with threads cannot.

mod activation;
mod birth;
mod control;
mod entrust;
mod hold;
mod inherited;
mod launch;
mod limits;
mod log_file;
mod member;
mod notify;
mod origin;
mod pid_file;
mod privileges;
mod program;
mod serve;
mod signals;
mod start;
mod stay;
mod title;
mod watch;
mod wire;

#[cfg(test)]
mod scratch;

pub(super) use self::origin::Origin;
use super::failure::Failure;
use super::settings::{Command, Settings};
use crate::routes::Routes;

/// Does what is asked.
///
/// # Errors
///
/// What went wrong, before anything was half done.
pub(super) fn run(settings: &Settings, routes: Routes, origin: &mut Origin) -> Result<(), Failure> {
    let command = match settings.command {
        Command::Stop => "stop",
        Command::Restart => "restart",
        // The others are done by then.
        _ => "start",
    };
    if let Some(folder) = &settings.how.all {
        return control::run_for_all(&origin.program, command, settings.how.force, folder);
    }
    match settings.command {
        Command::Stop => control::stop(settings),
        Command::Restart => control::restart(settings),
        _ => start::start(settings, routes, origin),
    }
}
