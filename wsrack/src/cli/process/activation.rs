//! Sockets that systemd has bound and passed on: `LISTEN_FDS` of `sd_listen_fds(3)`.

use std::io;
use std::os::fd::OwnedFd;

use listenfd::ListenFd;

/// The sockets that were passed to this process, none where there are none. The environment forgets them: they are not
/// for the programs that this one starts.
///
/// Called while the process has one thread.
///
/// # Errors
///
/// Where one of them is not a stream socket of TCP or of a unix path.
pub(super) fn passed_sockets() -> io::Result<Vec<OwnedFd>> {
    let mut passed = ListenFd::from_env();
    (0..passed.len()).filter_map(|index| take(&mut passed, index).transpose()).collect()
}

fn take(passed: &mut ListenFd, index: usize) -> io::Result<Option<OwnedFd>> {
    if let Ok(listener) = passed.take_tcp_listener(index) {
        return Ok(listener.map(OwnedFd::from));
    }
    let listener = passed.take_unix_listener(index).map_err(|_| {
        let message = "a socket that was passed to this process is no listener of TCP or a unix path: \
                       `ListenStream=` makes one, and `Accept=no`";
        io::Error::new(io::ErrorKind::InvalidInput, message)
    })?;
    Ok(listener.map(OwnedFd::from))
}
