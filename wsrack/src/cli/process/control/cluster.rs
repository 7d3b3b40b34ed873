//! Commands to the one server of some settings, or to the members of a cluster.

use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::thread::sleep;
use std::time::Instant;

use super::restart::Restart;
use super::{GLANCE, from_here, say, stop as one};
use crate::cli::failure::Failure;
use crate::cli::process::member::{members, of_member};
use crate::cli::settings::{Listen, Settings};

/// Has `launch` start each member.
///
/// # Errors
///
/// The first failure. The others start all the same.
pub(in crate::cli::process) fn start(
    settings: &Settings,
    mut launch: impl FnMut(&Settings, u16) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each(settings, |own, member| member.map_or(Ok(()), |member| launch(own, member)))
}

/// Stops the server, or each member.
///
/// # Errors
///
/// The first failure. The others are stopped all the same.
pub(in crate::cli::process) fn stop(settings: &Settings) -> Result<(), Failure> {
    each(settings, |own, _| one::stop(own))
}

/// Restarts the server, or all members: at the same time, or one after the other.
///
/// # Errors
///
/// The first failure. One after the other, the rest is left as it was.
pub(in crate::cli::process) fn restart(settings: &Settings) -> Result<(), Failure> {
    if settings.one_by_one {
        return members(settings)?.into_iter().try_for_each(|member| {
            let own = of_member(settings, member)?;
            Restart::ask(&own)?.wait()?;
            accepts(&own)
        });
    }
    let mut under_way = Vec::new();
    let asked = each(settings, |own, _| {
        under_way.push(Restart::ask(own)?);
        Ok(())
    });
    let waited = first_failure(under_way.into_iter().map(Restart::wait));
    asked.and(waited)
}

fn each(
    settings: &Settings,
    mut act: impl FnMut(&Settings, Option<u16>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let members = members(settings)?;
    first_failure(members.into_iter().map(|member| act(&of_member(settings, member)?, member)))
}

/// The first failure; those after it are told here.
fn first_failure(results: impl Iterator<Item = Result<(), Failure>>) -> Result<(), Failure> {
    let mut failures = results.filter_map(Result::err);
    let first = failures.next();
    for further in failures {
        say(&further.to_string());
    }
    first.map_or(Ok(()), Err)
}

/// Waits until a member accepts a connection.
///
/// # Errors
///
/// Where it does not in time.
fn accepts(settings: &Settings) -> Result<(), Failure> {
    let end = Instant::now() + settings.wait;
    let Some(listen) = settings.listen.first() else { return Ok(()) };
    loop {
        let connected = match listen {
            // Nobody knows which one it has become.
            Listen::Tcp { port: 0, .. } => return Ok(()),
            Listen::Tcp { host, port } => TcpStream::connect((&**host, *port)).is_ok(),
            Listen::Unix(path) => UnixStream::connect(from_here(settings, path)).is_ok(),
        };
        if connected {
            return Ok(());
        }
        if Instant::now() >= end {
            let what = format!("{listen} accepted no connection");
            return Err(Failure::TooLate { what, within: settings.wait });
        }
        sleep(GLANCE);
    }
}
