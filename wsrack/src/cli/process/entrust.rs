//! Files that root opens and somebody else goes on to write.
//!
//! Whoever may write to a folder says what stands at a name in it: a link to what is root's alone, for example. So a
//! file is opened with the rights of who is to write it; and by root, who gives it away, only where nobody but root says
//! what stands there.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, absolute};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat};
use rustix::fs::{CWD, OFlags, StatxAttributes, StatxFlags, statx};

use super::privileges::Identity;

/// So many links lead from one name to the next.
const LINKS_MAX: u8 = 8;

const ALL_MAY_WRITE: u32 = 0o002;

/// What stands in such a folder only its owner renames.
const STICKY: u32 = 0o1000;

/// Opens a file to append to it, and makes it and its folder where they are not there.
///
/// # Errors
///
/// Where they cannot be made.
pub(super) fn append(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    to_append().open(path)
}

impl Identity {
    /// As [`append`], for a process that is about to become this user.
    ///
    /// # Errors
    ///
    /// Where the user may not, and it is not root's alone to say what stands at the path.
    pub(super) fn append(&self, path: &Path) -> io::Result<File> {
        match self.acting(|| append(path)).map_err(io::Error::other)? {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => self.append_as_root(path),
            opened => opened,
        }
    }

    fn append_as_root(&self, path: &Path) -> io::Result<File> {
        let path = absolute(path)?;
        if let Some(folder) = path.parent() {
            self.make_folder(folder, LINKS_MAX)?;
        }
        if fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
            return Err(self.refused("root follows no link in the place of a file: name the file itself"));
        }
        let file = to_append().custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(&path)?;
        let found = file.metadata()?;
        if !found.is_file() || found.nlink() != 1 {
            return Err(self.refused("root gives away no file that has other names, or is none"));
        }
        if !is_roots(&found) && self.uid().is_none_or(|uid| uid.as_raw() != found.uid()) {
            return Err(self.refused("the file is somebody else's"));
        }
        self.own(&file)?;
        Ok(file)
    }

    /// Makes a folder where it is not there. Each step to it has to be root's, and nothing that this user could put
    /// another one in the place of.
    fn make_folder(&self, folder: &Path, links: u8) -> io::Result<()> {
        let mut steps: Vec<_> = folder.ancestors().collect();
        steps.reverse();
        for step in steps {
            let found = match fs::symlink_metadata(step) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir(step)?;
                    fs::symlink_metadata(step)?
                }
                found => found?,
            };
            if !is_roots(&found) || (found.is_dir() && self.may_change(step, &found)?) {
                let others =
                    format!("root opens nothing by way of {}, which is not root's alone", step.display());
                return Err(self.refused(&others));
            }
            if found.is_symlink() {
                let links = links.checked_sub(1).ok_or_else(|| self.refused("too many links lead there"))?;
                let target = step.parent().unwrap_or(step).join(fs::read_link(step)?);
                self.make_folder(&target, links)?;
            }
        }
        Ok(())
    }

    fn may_change(&self, folder: &Path, found: &Metadata) -> io::Result<bool> {
        if found.mode() & STICKY != 0 {
            return Ok(false);
        }
        if found.mode() & ALL_MAY_WRITE != 0 {
            return Ok(true);
        }
        let look = || faccessat(AT_FDCWD, folder, AccessFlags::W_OK, AtFlags::AT_EACCESS);
        match self.acting(look).map_err(io::Error::other)? {
            Ok(()) => Ok(true),
            Err(Errno::EACCES | Errno::EROFS) => Ok(false),
            // In an immutable one nobody may. Some systems deny the question, and who cannot be asked about may.
            Err(_) => Ok(!is_immutable(folder)),
        }
    }

    fn refused(&self, why: &str) -> io::Error {
        let name = self.name();
        io::Error::new(io::ErrorKind::PermissionDenied, format!("{name} may not, and {why}"))
    }
}

fn to_append() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o644);
    options
}

fn is_immutable(folder: &Path) -> bool {
    let found = statx(CWD, folder, rustix::fs::AtFlags::empty(), StatxFlags::empty());
    found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::IMMUTABLE))
}

fn is_roots(found: &Metadata) -> bool {
    found.uid() == 0
}
