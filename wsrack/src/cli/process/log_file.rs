//! The log file of a process in the background: where its stdout and stderr go.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rustix::stdio::{dup2_stderr, dup2_stdout};

use super::entrust::append;
use super::privileges::Identity;
use crate::cli::failure::Failure;

/// A log file. It is opened anew for each [`redirect`](Self::redirect): whoever rotates it renames it, and sends USR1.
#[derive(Debug)]
pub(super) struct LogFile(PathBuf);

impl LogFile {
    /// The log at a path, and the file of a process that is about to become somebody else, or stays what it is.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn new(path: &Path, identity: Option<&Identity>) -> Result<(Self, File), Failure> {
        let log = Self(path.to_owned());
        let file = identity.map_or_else(|| append(path), |identity| identity.append(path));
        let file = file.map_err(|error| log.error(error))?;
        Ok((log, file))
    }

    /// Has stdout and stderr go into the file, from now on.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened; they stay where they are.
    pub(super) fn redirect(&self) -> Result<(), Failure> {
        let file = append(&self.0).map_err(|error| self.error(error))?;
        self.redirect_to(&file)
    }

    /// Has stdout and stderr go into a file that is open already.
    ///
    /// # Errors
    ///
    /// Where the system refuses.
    pub(super) fn redirect_to(&self, file: &File) -> Result<(), Failure> {
        dup2_stdout(file).and_then(|()| dup2_stderr(file)).map_err(|error| self.error(error.into()))
    }

    fn error(&self, error: io::Error) -> Failure {
        Failure::unwritable("the log file", &self.0, error)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::LogFile;
    use crate::cli::process::scratch::Scratch;

    #[test]
    fn it_appends_and_follows_the_name() {
        let folder = Scratch::new();
        let (path, rotated) = (folder.path("log/app.log"), folder.path("log/app.log.1"));
        let open = || LogFile::new(&path, None).unwrap().1;
        writeln!(open(), "one").unwrap();
        writeln!(open(), "two").unwrap();
        fs::rename(&path, &rotated).unwrap();
        writeln!(open(), "three").unwrap();
        assert_eq!(fs::read_to_string(&rotated).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }

    #[test]
    fn one_that_cannot_be_written_is_named() {
        let folder = Scratch::new();
        fs::write(folder.path("file"), "").unwrap();
        let path = folder.path("file/app.log");
        let error = LogFile::new(&path, None).unwrap_err().to_string();
        let expected = format!("cannot write the log file {}: ", path.display());
        assert!(error.starts_with(&expected), "{error}");
    }
}
