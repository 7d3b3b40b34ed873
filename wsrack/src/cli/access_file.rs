//! The file of an access log: appended to, and opened anew when it was rotated.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::failure::Failure;
use super::settings::{AccessFormat, Settings};
use crate::server::AccessLog;

/// A file that somebody else writes to.
#[derive(Debug)]
pub(super) struct AccessFile {
    path: PathBuf,
    file: Shared,
}

/// The file as its writer has it: whichever is open at the time.
#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<File>>);

/// How a file is opened for the first time, when the process may have more rights than it will have.
pub(super) type Opener<'a> = &'a dyn Fn(&Path) -> io::Result<File>;

/// The access log of these settings, and its file, where it does not go with the log.
///
/// # Errors
///
/// Where the file cannot be written.
pub(super) fn access_log(
    settings: &Settings,
    open: Opener<'_>,
) -> Result<(Option<AccessLog>, Option<AccessFile>), Failure> {
    let Some(access) = &settings.access_log else { return Ok((None, None)) };
    let file = access.file.as_deref().map(|path| AccessFile::open(path, open)).transpose()?;
    let writer: Box<dyn Write + Send> = match &file {
        Some(file) => Box::new(file.file.clone()),
        None => Box::new(io::stdout()),
    };
    let log = match access.format {
        AccessFormat::Text => AccessLog::text(writer),
        AccessFormat::Json => AccessLog::json(writer),
    };
    Ok((Some(log), file))
}

impl AccessFile {
    fn open(path: &Path, open: Opener<'_>) -> Result<Self, Failure> {
        let file = open(path).map_err(|error| unwritable(path, error))?;
        Ok(Self { path: path.to_owned(), file: Shared(Arc::new(Mutex::new(file))) })
    }

    /// Has what follows go into the file that is at the path by now.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened; the old one goes on.
    #[cfg(unix)]
    pub(super) fn reopen(&self) -> Result<(), Failure> {
        *self.file.lock() = open(&self.path).map_err(|error| unwritable(&self.path, error))?;
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lock().flush()
    }
}

/// Opens a file to append to it, and makes it and its folder where they are not there.
///
/// # Errors
///
/// Where they cannot be made.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).open(path)
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    Failure::unwritable("the access log", path, error)
}
