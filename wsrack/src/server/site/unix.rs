//! Unix sockets and their files.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};

use super::{At, Site, cannot_listen, signed};
use crate::log::log;
use crate::server::listen::Listen;

/// A unix socket's place in the file system.
#[derive(Clone)]
pub(super) struct UnixSite {
    /// `None` where it has none: it was inherited, and has no name or an abstract one.
    path: Option<PathBuf>,
    /// Which file it is, for another server may put its own there meanwhile.
    file: Option<FileId>,
    /// Whether the file is ours to remove. One that was inherited is not, for as long as who handed it on may serve on.
    is_ours: bool,
}

/// The device and the number of a file.
type FileId = (u64, u64);

impl Site {
    /// Binds a unix socket. A socket file on which nobody listens any more is replaced.
    pub(in crate::server) fn unix(path: &Path, mode: Option<u32>, backlog: u32) -> io::Result<Self> {
        let bind = || {
            remove_left_over(path)?;
            let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            socket.bind(&SockAddr::unix(path)?)?;
            let site = UnixSite { path: Some(path.to_owned()), file: file_id(path), is_ours: true };
            let listening = (|| {
                // Before it listens nobody can connect, whatever the umask has left.
                if let Some(mode) = mode {
                    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
                }
                socket.listen(signed(backlog))
            })();
            if let Err(error) = listening {
                site.clean_up();
                return Err(error);
            }
            Ok(Self { sockets: vec![socket], at: At::Unix(site) })
        };
        bind().map_err(|error| cannot_listen(path.display(), &error))
    }
}

impl UnixSite {
    pub(super) fn inherited(path: Option<&Path>) -> Self {
        Self { path: path.map(Path::to_owned), file: None, is_ours: false }
    }

    pub(super) fn claim(&mut self, path: &Path) -> bool {
        let same = self.path.as_deref() == Some(path);
        if same {
            self.file = file_id(path);
        }
        same
    }

    /// A file that was inherited and claimed is ours from now on.
    pub(super) fn take_over(&mut self) {
        self.is_ours = self.file.is_some();
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.path.is_some() && self.path == other.path
    }

    pub(super) fn listen(&self) -> Listen {
        Listen::unix(self.path.clone().unwrap_or_default())
    }

    pub(super) fn clean_up(&self) {
        if let Some(path) = &self.path
            && self.is_ours
            && file_id(path) == self.file
            && let Err(error) = fs::remove_file(path)
        {
            log!(warn, "the socket file {} could not be removed: {error}", path.display());
        }
    }
}

/// Removes the file of a server that is no more.
fn remove_left_over(path: &Path) -> io::Result<()> {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    // Any other error is one of a server that is there: too busy, or not for us.
    let nobody_listens = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if is_socket && try_connect(path).is_err_and(nobody_listens) {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Connects without waiting: a server whose queue is full is there.
fn try_connect(path: &Path) -> io::Result<()> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::unix(path)?)
}

fn file_id(path: &Path) -> Option<FileId> {
    let file = fs::symlink_metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}
