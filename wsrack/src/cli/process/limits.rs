//! How many files the process may have open.

use std::num::NonZeroUsize;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::cli::failure::Failure;

/// What a server needs beside its connections: listeners, logs, the runtimes, and what an application opens.
const BESIDE: u64 = 256;

/// Raises the limit of open files, so that there is room for so many connections. It is never lowered.
///
/// # Errors
///
/// Where this user may not have so many.
pub(super) fn make_room_for(connections: NonZeroUsize) -> Result<(), Failure> {
    let needed = u64::try_from(connections.get()).unwrap_or(u64::MAX).saturating_add(BESIDE);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let maximum = maximum.map(|maximum| maximum.max(needed));
    setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum }).map_err(|error| Failure::System {
        what: format!("cannot have {needed} files open, which --max-conns {connections} needs"),
        error: error.into(),
    })
}
