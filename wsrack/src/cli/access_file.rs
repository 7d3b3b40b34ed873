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

/// The access log of these settings, and its file, where it does not go with the log.
///
/// # Errors
///
/// Where the file cannot be written.
pub(super) fn access_log(settings: &Settings) -> Result<(Option<AccessLog>, Option<AccessFile>), Failure> {
    let Some(access) = &settings.access_log else { return Ok((None, None)) };
    let file = access.file.as_deref().map(AccessFile::open).transpose()?;
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
    fn open(path: &Path) -> Result<Self, Failure> {
        Ok(Self { path: path.to_owned(), file: Shared(Arc::new(Mutex::new(open(path)?))) })
    }

    /// Has what follows go into the file that is at the path by now.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened; the old one goes on.
    #[cfg(unix)]
    pub(super) fn reopen(&self) -> Result<(), Failure> {
        *self.file.lock() = open(&self.path)?;
        Ok(())
    }

    /// The file that is open, for who has to know its owner.
    ///
    /// # Errors
    ///
    /// Where the process has no descriptor left.
    #[cfg(unix)]
    pub(super) fn duplicate(&self) -> Result<File, Failure> {
        self.file.lock().try_clone().map_err(|error| unwritable(&self.path, error))
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

fn open(path: &Path) -> Result<File, Failure> {
    let open = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        OpenOptions::new().append(true).create(true).open(path)
    };
    open().map_err(|error| unwritable(path, error))
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    Failure::unwritable("the access log", path, error)
}
