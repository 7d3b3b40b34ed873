//! The pid file: who serves, and a lock on it that says whether that is still true.
//!
//! The lock counts and not the number in the file, which the system may have given to another process meanwhile. It
//! belongs to the open file: a process that restarts hands on the open file, and with it the lock. So at no time do two
//! processes hold it that do not know each other, and at no time nobody.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::cli::failure::Failure;
use crate::log::log;
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

/// What it is called in a failure.
const WHAT: &str = "the pid file";

/// Who only looks at the file has its lock for a moment: it is taken for somebody who looks so often.
const LOOKS: u32 = 25;

const GLANCE: Duration = Duration::from_millis(10);

/// So much of a pid file is read: a number and a line's end.
const SIZE_MAX: u64 = 32;

/// A pid file that this process holds the lock of. Dropped, the file is removed where it is still the same.
#[derive(Debug)]
pub(super) struct PidFile {
    path: PathBuf,
    file: File,
    /// Another process has it now.
    handed_on: bool,
}

/// What stands in a pid file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// `None` where there is no number in it.
    pub(super) pid: Option<u32>,
    /// Whether a process holds the lock.
    pub(super) is_held: bool,
    /// When it was last written, in nanoseconds: a server writes it anew when a restart has failed.
    pub(super) written: i128,
}

impl PidFile {
    /// Takes the lock and writes this process' number. A file that nobody holds is taken over.
    ///
    /// # Errors
    ///
    /// Where another process holds it, and where it cannot be written.
    pub(super) fn claim(path: &Path) -> Result<Self, Failure> {
        let unwritable = |error| Failure::unwritable(WHAT, path, error);
        let path = &*std::path::absolute(path).map_err(unwritable)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let mut looks = 0;
        loop {
            let file = open(path).map_err(unwritable)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => match number(&file).map_err(unwritable)? {
                    Some(pid) if looks >= LOOKS => {
                        return Err(Failure::Running { pid, file: path.to_owned() });
                    }
                    // Its holder is about to write it, or only has a look at it.
                    _ => {
                        looks += 1;
                        sleep(GLANCE);
                        continue;
                    }
                },
                Err(error) => return Err(unwritable(error.into())),
            }
            let held = Self { path: path.to_owned(), file, handed_on: false };
            // Who held it before may have removed it between our two calls.
            if held.is_in_place() {
                held.write().map_err(unwritable)?;
                return Ok(held);
            }
            // Another file is there, or none: it is not ours to remove.
            held.hand_on();
        }
    }

    /// The file that another process has handed on. Its number stays in it until [`write`](Self::write).
    pub(super) fn handed(path: PathBuf, file: OwnedFd) -> Self {
        // Not ours to remove before it is ours.
        Self { path, file: file.into(), handed_on: true }
    }

    /// Where it is, absolute.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_at(&self, path: &Path) -> bool {
        std::path::absolute(path).is_ok_and(|path| self.path == path) && self.is_in_place()
    }

    /// Makes a file that was handed on this process' own.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn take_over(&mut self) -> io::Result<()> {
        self.handed_on = false;
        self.write()
    }

    /// Writes this process' number: also to say that a restart has come to nothing.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn write(&self) -> io::Result<()> {
        let text = format!("{}\n", std::process::id());
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        // Over the old number, then the rest: at no time is there no number.
        file.write_all(text.as_bytes())?;
        let size = text.len() as u64;
        if file.metadata()?.len() > size { file.set_len(size) } else { Ok(()) }
    }

    /// Lets go of it: it belongs to another process, and stays.
    pub(super) fn hand_on(mut self) {
        self.handed_on = true;
    }

    fn is_in_place(&self) -> bool {
        is_same(&self.file, &self.path)
    }
}

impl AsFd for PidFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if self.handed_on || !self.is_in_place() {
            return;
        }
        // A process that has given up its privileges may not remove it, but it can empty it.
        if std::fs::remove_file(&self.path).is_err()
            && let Err(error) = self.file.set_len(0)
        {
            log!(warn, "the pid file {} could not be removed: {error}", self.path.display());
        }
    }
}

/// What stands in a pid file; `None` where there is no file.
///
/// # Errors
///
/// Where it cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Option<Entry>> {
    let Some(file) = open_to_read(path)? else { return Ok(None) };
    // Shared: two who look at the same time do not take each other for a server.
    let is_held = match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => false,
        Err(Errno::WOULDBLOCK) => true,
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    let written = i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec());
    Ok(Some(Entry { pid: number(&file)?, is_held, written }))
}

/// Removes a file that nobody holds. One that a server is about to claim is that server's.
///
/// # Errors
///
/// Where it may not be removed.
pub(super) fn remove_left_behind(path: &Path) -> io::Result<()> {
    let Some(file) = open_to_read(path)? else { return Ok(()) };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if is_same(&file, path) { std::fs::remove_file(path) } else { Ok(()) }
}

/// Whether a process has the file at a path open, as the one that holds it has: the number in the file is what the
/// server has written, and that may be anything by now. Also where the system does not tell.
pub(super) fn is_open_in(path: &Path, pid: u32) -> bool {
    let Ok(file) = std::fs::symlink_metadata(path) else { return true };
    // Root is told, unless it is that of a container; then the process is another user's, and not root's.
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return true };
    let mut open = open.flatten().peekable();
    // One that has just ended has none.
    let has_ended = open.peek().is_none();
    has_ended
        || open.any(|entry| {
            let found = std::fs::metadata(entry.path());
            found.is_ok_and(|found| (found.dev(), found.ino()) == (file.dev(), file.ino()))
        })
}

/// Whether a file that is open is the one at a path.
fn is_same(file: &File, path: &Path) -> bool {
    let same = || -> io::Result<bool> {
        let (ours, there) = (file.metadata()?, std::fs::symlink_metadata(path)?);
        Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
    };
    same().unwrap_or(false)
}

fn open_to_read(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().read(true).custom_flags(no_follow()).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .custom_flags(no_follow())
        .open(path)?;
    if file.metadata()?.nlink() > 1 {
        let why = "it has another name, and is somebody else's file perhaps";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    // Whatever the umask; where it belongs to somebody else, its mode is theirs.
    let _others = file.set_permissions(Permissions::from_mode(0o644));
    Ok(file)
}

/// In a folder that all can write to, a link may lead to a file that is not to be overwritten.
fn no_follow() -> i32 {
    OFlags::NOFOLLOW.bits().cast_signed()
}

fn number(mut file: &File) -> io::Result<Option<u32>> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    match file.take(SIZE_MAX).read_to_string(&mut text) {
        Ok(_) => Ok(text.trim().parse().ok()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
