//! How much memory a process has.

use std::fs;

use crate::{Failure, Result};

/// The resident bytes of the process with this number (`VmRSS`); `None` where the system does not tell, which is on
/// any but Linux.
///
/// # Errors
/// Where there is no such process.
pub fn resident(process: u32) -> Result<Option<u64>> {
    of_status(process, "VmRSS:")
}

/// The most that [`resident`] ever was.
///
/// # Errors
/// As [`resident`].
pub fn peak(process: u32) -> Result<Option<u64>> {
    of_status(process, "VmHWM:")
}

fn of_status(process: u32, field: &str) -> Result<Option<u64>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.map(|kibibytes| Some(kibibytes << 10)).ok_or_else(|| Failure::new(status))
}
