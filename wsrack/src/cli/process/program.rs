//! Which program this is, and how to start it again: the same path and the same arguments, whatever stands at that path
//! by then.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What holds for one process and is not to be inherited: sockets that were passed to it, and its own watchdog.
const OWN_VARIABLES: [&str; 4] = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID"];

/// The program of this process, as it was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// As it was called, made absolute: a link to a release leads to the next release one day.
    pub(super) path: PathBuf,
    /// Where it was called.
    pub(super) directory: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

impl Program {
    /// Finds out. Called before the working directory changes, and before another file is at the program's path.
    ///
    /// # Errors
    ///
    /// Where the system does not tell.
    pub(super) fn of_this_process() -> io::Result<Self> {
        let mut arguments = env::args_os();
        let called = arguments.next().unwrap_or_default();
        let directory = directory()?;
        let path = called_path(Path::new(&called), &directory, &env::current_exe()?);
        Ok(Self { path, directory, arguments: arguments.collect() })
    }

    /// The command that starts it where it was started, with no arguments.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.directory);
        for name in OWN_VARIABLES {
            command.env_remove(name);
        }
        command
    }

    /// What it is called, for people.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }
}

/// The working directory by the name that the shell has for it, which may lead through links.
fn directory() -> io::Result<PathBuf> {
    let directory = env::current_dir()?;
    let named = env::var_os("PWD").map(PathBuf::from).filter(|named| named.is_absolute());
    Ok(named.filter(|named| is_same(named, &directory)).unwrap_or(directory))
}

/// The path by which the program was called, where that is this program; else the one that the system knows.
fn called_path(called: &Path, directory: &Path, known: &Path) -> PathBuf {
    let is_path = called.components().count() > 1;
    let search = env::var_os("PATH").unwrap_or_default();
    let mut candidates: Vec<_> = if is_path {
        vec![directory.join(called)]
    } else {
        env::split_paths(&search).map(|folder| directory.join(folder).join(called)).collect()
    };
    candidates.retain(|path| is_same(path, known));
    candidates.into_iter().next().unwrap_or_else(|| known.to_owned())
}

fn is_same(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().ok();
    resolved(one).is_some_and(|one| Some(one) == resolved(other))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Program, called_path};
    use crate::cli::process::scratch::Scratch;

    #[test]
    fn a_link_to_the_release_stays_a_link() {
        let folder = Scratch::new();
        let (release, current) = (folder.path("1"), folder.path("current"));
        std::fs::create_dir(&release).unwrap();
        std::fs::write(release.join("app"), "").unwrap();
        std::os::unix::fs::symlink(&release, &current).unwrap();
        let known = release.join("app");
        assert_eq!(called_path(Path::new("./app"), &current, &known), current.join("./app"));
        assert_eq!(called_path(&current.join("app"), Path::new("/"), &known), current.join("app"));
        assert_eq!(called_path(Path::new("app [a tag]"), &current, &known), known, "a title is no path");
    }

    #[test]
    fn this_test_is_found_and_can_be_started_again() {
        let program = Program::of_this_process().unwrap();
        assert!(program.path.is_absolute() && program.path.exists(), "{program:?}");
        let command = program.command();
        assert_eq!(command.get_program(), program.path);
        assert_eq!(command.get_current_dir(), Some(&*program.directory));
    }
}
