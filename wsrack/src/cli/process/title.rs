//! What `ps` shows in the place of the program's name.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use super::program::Program;
use crate::cli::failure::Failure;
use crate::cli::settings::{Listen, Settings};

/// The variable that says which process has taken its title, and the path that it was called by.
const MARK: &str = "WSRACK_TITLED";

/// The program, where it listens, and the tag: `hello (127.0.0.1:3000) [blue]`.
pub(super) fn title(program: &Program, settings: &Settings) -> String {
    let places: Vec<_> = settings.listen.iter().map(Listen::to_string).collect();
    let tag = settings.tag.as_ref().map(|tag| format!(" [{tag}]")).unwrap_or_default();
    format!("{} ({}){tag}", program.name(), places.join(", "))
}

/// Has this process bear a title where it has a tag: the system shows what a program was started with, so it is
/// started once more, in the same process. Returns where it was already, and where there is no tag.
///
/// # Errors
///
/// Where the program cannot be started any more.
pub(super) fn bear_title(program: &Program, settings: &Settings) -> Result<(), Failure> {
    if settings.tag.is_none() || called().is_some() {
        return Ok(());
    }
    let mark = format!("{}:{}", std::process::id(), program.path.display());
    // The sockets of systemd are for this process, and it stays the same.
    let own = std::env::vars_os().filter(|(name, _)| name != MARK);
    let error = program
        .command()
        .args(&program.arguments)
        .arg0(title(program, settings))
        .envs(own)
        .env(MARK, mark)
        .exec();
    Err(Failure::System { what: "cannot set the title of the process".to_owned(), error })
}

/// The path that this process was called by, where it bears a title instead.
pub(super) fn called() -> Option<PathBuf> {
    let mark = std::env::var(MARK).ok()?;
    let (pid, path) = mark.split_once(':')?;
    (pid.parse() == Ok(std::process::id())).then(|| path.into())
}
