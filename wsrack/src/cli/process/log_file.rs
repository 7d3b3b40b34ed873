//! The log file of a process in the background: where its stdout and stderr go.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::stdio::{dup2_stderr, dup2_stdout};

use crate::cli::failure::Failure;

/// A log file. It is opened anew for each [`redirect`](Self::redirect): whoever rotates it renames it, and sends USR1.
#[derive(Debug)]
pub(super) struct LogFile(PathBuf);

impl LogFile {
    /// Makes sure that the file can be written.
    ///
    /// # Errors
    ///
    /// Where it cannot.
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        let log = Self(path.to_owned());
        log.open().map(|_| log)
    }

    /// Has stdout and stderr go into the file, from now on.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened; they stay where they are.
    pub(super) fn redirect(&self) -> Result<(), Failure> {
        let file = self.open()?;
        dup2_stdout(&file).and_then(|()| dup2_stderr(&file)).map_err(|error| self.error(error.into()))
    }

    /// Opens it, to append: what others write meanwhile stays.
    ///
    /// # Errors
    ///
    /// Where it, or its folder, cannot be made.
    pub(super) fn open(&self) -> Result<File, Failure> {
        let open = || {
            if let Some(folder) = self.0.parent() {
                std::fs::create_dir_all(folder)?;
            }
            OpenOptions::new().append(true).create(true).mode(0o644).open(&self.0)
        };
        open().map_err(|error| self.error(error))
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
        let log = LogFile::new(&path).unwrap();
        writeln!(log.open().unwrap(), "one").unwrap();
        writeln!(log.open().unwrap(), "two").unwrap();
        fs::rename(&path, &rotated).unwrap();
        writeln!(log.open().unwrap(), "three").unwrap();
        assert_eq!(fs::read_to_string(&rotated).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }

    #[test]
    fn one_that_cannot_be_written_is_named() {
        let folder = Scratch::new();
        fs::write(folder.path("file"), "").unwrap();
        let path = folder.path("file/app.log");
        let error = LogFile::new(&path).unwrap_err().to_string();
        let expected = format!("cannot write the log file {}: ", path.display());
        assert!(error.starts_with(&expected), "{error}");
    }
}
