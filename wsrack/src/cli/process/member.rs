//! One member of a cluster: the settings of all, with ports and files of its own.

use std::path::{Path, PathBuf};

use super::super::settings::{How, Listen, Only, Settings};
use crate::cli::failure::Failure;

/// The members that a command is about: their numbers, or the one server that is no cluster's member.
///
/// # Errors
///
/// Where a member was named that there is not.
pub(super) fn members(settings: &Settings) -> Result<Vec<Option<u16>>, Failure> {
    let count = settings.servers.map(|count| u16::try_from(count.get()).unwrap_or(u16::MAX));
    let Some(only) = settings.how.only else {
        return Ok(count.map_or(vec![None], |count| (0..count).map(Some).collect()));
    };
    let index = match (only, first_port(settings)) {
        (Only::Index(index), _) => Some(index),
        (Only::Port(port), Some(first)) => port.checked_sub(first),
        (Only::Port(_), None) => None,
    };
    match index.filter(|index| count.is_none_or(|count| *index < count)) {
        Some(index) => Ok(vec![Some(index)]),
        None => Err(Failure::Usage(format!(
            "--only: the cluster has no such member; {}",
            match (count, first_port(settings)) {
                (Some(count), Some(first)) => format!(
                    "there are 0 to {} on the ports {first} to {}",
                    count - 1,
                    first.saturating_add(count - 1)
                ),
                (Some(count), None) => format!("there are 0 to {}", count - 1),
                (None, _) => "it is named by its index, or by a port from that of `--port` on".to_owned(),
            }
        ))),
    }
}

/// The settings of a member, counted from 0; those of all where it is none. Members are always daemons.
///
/// # Errors
///
/// Where there is no port of its number.
pub(super) fn of_member(settings: &Settings, member: Option<u16>) -> Result<Settings, Failure> {
    let Some(index) = member else { return Ok(settings.clone()) };
    let number = first_port(settings).map_or(Some(index), |first| first.checked_add(index));
    let listen = settings.listen.iter().map(|listen| count_up(listen, index)).collect();
    let (Some(number), Some(listen)) = (number, listen) else {
        return Err(Failure::Usage(format!("member {index} of the cluster would have a port above 65535")));
    };
    let mut own = settings.clone();
    own.listen = listen;
    own.pid = Some(numbered(settings.pid_file(), number));
    own.log = Some(numbered(settings.log_file(), number));
    if let Some(access) = &mut own.access_log {
        access.file = access.file.as_deref().map(|file| numbered(file, number));
    }
    own.daemonize = true;
    own.servers = None;
    own.how = How { only: None, ..own.how };
    Ok(own)
}

/// Members are called by their ports, where they have ports that are known beforehand.
fn first_port(settings: &Settings) -> Option<u16> {
    match settings.listen.first() {
        Some(Listen::Tcp { port, .. }) if *port != 0 => Some(*port),
        _ => None,
    }
}

fn count_up(listen: &Listen, index: u16) -> Option<Listen> {
    match listen {
        // Any free one is another one for each.
        Listen::Tcp { port: 0, .. } => Some(listen.clone()),
        Listen::Tcp { host, port } => {
            Some(Listen::Tcp { host: host.clone(), port: port.checked_add(index)? })
        }
        Listen::Unix(path) => Some(Listen::Unix(numbered(path, index))),
    }
}

/// `app.3001.pid` out of `app.pid`.
fn numbered(path: &Path, number: u16) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::numbered;

    #[test]
    fn the_number_stands_before_the_extension() {
        for (path, expected) in [
            ("tmp/pids/wsrack.pid", "tmp/pids/wsrack.3001.pid"),
            ("/run/x.sock", "/run/x.3001.sock"),
            ("name", "name.3001"),
            ("a.b/c.d.log", "a.b/c.d.3001.log"),
        ] {
            assert_eq!(numbered(Path::new(path), 3001), Path::new(expected));
        }
    }
}
