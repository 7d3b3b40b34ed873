//! `start`: into the background, or here and now; and in which order.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::process::setsid;

use super::activation::passed_sockets;
use super::birth::{Birth, Born, Role};
use super::control::{say, start as start_cluster};
use super::inherited::Inherited;
use super::launch::Launch;
use super::member::of_member;
use super::origin::Origin;
use super::pid_file::PidFile;
use super::privileges::Identity;
use super::program::Program;
use super::serve::{Place, serve};
use super::title::{bear_title, title};
use crate::cli::failure::Failure;
use crate::cli::settings::Settings;
use crate::routes::Routes;

/// Starts what the settings say: a cluster's members, a daemon, or a server in this process.
///
/// # Errors
///
/// What is wrong, before anything is half done; and what the server ends with.
pub(super) fn start(settings: &Settings, routes: Routes, origin: &mut Origin) -> Result<(), Failure> {
    let Some(parent) = &origin.parent else { return from_outside(settings, routes, origin) };
    let born = parent.tell().map_err(|error| Failure::System {
        what: "the process that has started this one cannot be heard".to_owned(),
        error,
    })?;
    origin.program = born.birth.program(&origin.program);
    let own = of_member(settings, born.birth.member)?;
    serve_born(own, routes, origin, born)
}

/// Starts what a person has asked for, or a service manager.
fn from_outside(settings: &Settings, routes: Routes, origin: &mut Origin) -> Result<(), Failure> {
    let program = &origin.program;
    if settings.servers.is_some() || settings.how.only.is_some() {
        return start_cluster(settings, |own, member| daemonize(program, own, Some(member), &[]));
    }
    if !settings.daemonize {
        bear_title(program, settings)?;
    }
    let sockets = passed_sockets()
        .map_err(|error| Failure::System { what: "cannot listen on what was passed".to_owned(), error })?;
    if settings.daemonize {
        return daemonize(program, settings, None, &sockets);
    }
    let place = Place { member: None, is_activated: !sockets.is_empty(), pid_file: None };
    serve(settings.clone(), routes, origin, Inherited::passed(sockets, &settings.listen), place)
}

/// Starts a process in the background, and waits until it serves.
fn daemonize(
    program: &Program,
    settings: &Settings,
    member: Option<u16>,
    sockets: &[OwnedFd],
) -> Result<(), Failure> {
    // Known already here: only root can set what its programs find, before it is somebody else.
    let identity = Identity::find(settings.user.as_deref(), settings.group.as_deref())?;
    let mut birth = Birth::new(Role::Daemon, program, member);
    birth.is_activated = !sockets.is_empty();
    let launch = Launch {
        program,
        birth,
        title: title(program, settings),
        environment: identity.map(|identity| identity.environment()).unwrap_or_default(),
        files: sockets.iter().map(AsFd::as_fd).collect(),
    };
    let failed = |error| Failure::System { what: "the daemon cannot be started".to_owned(), error };
    let mut launched = launch.spawn().map_err(failed)?;
    let places = launched.ready(settings.wait)?;
    let daemon = launched.release().map_err(failed)?;
    say(&format!("process {} listens on {}", daemon.id(), places.join(", ")));
    Ok(())
}

/// Serves in a process that another one has started.
fn serve_born(settings: Settings, routes: Routes, origin: &mut Origin, born: Born) -> Result<(), Failure> {
    let Born { birth, sockets, pid_file } = born;
    if birth.role == Role::Daemon {
        // No terminal's hang-up, and none of its keys.
        setsid().map_err(|error| Failure::System {
            what: "cannot leave the terminal".to_owned(),
            error: io::Error::from(error),
        })?;
    }
    let inherited = if birth.is_activated || birth.role == Role::Daemon {
        Inherited::passed(sockets, &settings.listen)
    } else {
        Inherited::handed_on(sockets, &birth.listening, &settings.listen)
    };
    let place = Place { member: birth.member, is_activated: birth.is_activated, pid_file };
    serve(settings, routes, origin, inherited, place)
}

/// The pid file of a server: the one that was handed on, or a new one. A server in the foreground has one where it is
/// asked for.
///
/// # Errors
///
/// Where another server holds it, or it cannot be written.
pub(super) fn pid_file(
    settings: &Settings,
    handed: &mut Option<PidFile>,
) -> Result<Option<PidFile>, Failure> {
    if !settings.daemonize && settings.pid.is_none() {
        return Ok(None);
    }
    let path = settings.pid_file();
    match handed.take_if(|handed| handed.is_at(path)) {
        Some(handed) => Ok(Some(handed)),
        None => PidFile::claim(path).map(Some),
    }
}
