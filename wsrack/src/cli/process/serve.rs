//! A server in this process: what it takes hold of, in which order, and what it hears from then on.

use std::io;
use std::path::Path;

use super::hold::Hold;
use super::inherited::Inherited;
use super::log_file::LogFile;
use super::notify::Notifier;
use super::origin::Origin;
use super::pid_file::PidFile;
use super::privileges::Identity;
use super::signals::Signals;
use super::start::pid_file;
use super::watch::{End, watch};
use super::{limits, stay};
use crate::cli::access_file::open;
use crate::cli::failure::Failure;
use crate::cli::served::{Plan, announce, bind, block_on, plan};
use crate::cli::settings::Settings;
use crate::routes::Routes;
use crate::server::Bound;

/// What a process was started with.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) member: Option<u16>,
    pub(super) is_activated: bool,
    pub(super) pid_file: Option<PidFile>,
}

/// Serves until it is told to stop, or another process has taken over.
///
/// # Errors
///
/// What is wrong, before anything is half done; and what the applications end with.
pub(super) fn serve(
    settings: Settings,
    routes: Routes,
    origin: &mut Origin,
    inherited: Inherited,
    mut place: Place,
) -> Result<(), Failure> {
    if let Some(dir) = &settings.chdir {
        std::env::set_current_dir(dir).map_err(|error| Failure::unreadable("the directory", dir, error))?;
    }
    // First all that may be wrong.
    let identity = Identity::find(settings.user.as_deref(), settings.group.as_deref())?;
    let log = settings.daemonize.then(|| LogFile::new(settings.log_file(), identity.as_ref())).transpose()?;
    let pid_file = pid_file(&settings, &mut place.pid_file)?;
    if let Some(connections) = settings.max_conns {
        limits::make_room_for(connections)?;
    }
    let open_access_file = |path: &Path| match &identity {
        Some(identity) => identity.append(path),
        None => open(path),
    };
    let Plan { mut builder, access_file } = plan(&settings, routes, &open_access_file)?;
    for socket in inherited.sockets {
        builder = builder.inherit(socket);
    }
    let bound = bind(builder, &settings, &inherited.listen)?;
    // Then what cannot be taken back.
    if let Some((log, file)) = &log {
        log.redirect_to(file)?;
    }
    if let Some(identity) = &identity {
        identity.assume()?;
    }
    let hold = Hold {
        program: origin.program.clone(),
        member: place.member,
        is_activated: place.is_activated,
        log: log.map(|(log, _)| log),
        access_file,
        pid_file,
        former_pid_file: place.pid_file,
        notifier: Notifier::from_env(),
        settings,
    };
    match block_on(run(bound, hold, origin))? {
        (End::Stopped, _) => Ok(()),
        // On another runtime: what the applications have left on theirs is not to run beside the successor's.
        (End::Replaced(successor), signals) => block_on(stay::until_it_ends(successor, signals)),
    }
}

/// From bound sockets to the end.
async fn run(bound: Bound, mut hold: Hold, origin: &mut Origin) -> Result<(End, Signals), Failure> {
    let system = |what: &str| {
        let what = what.to_owned();
        move |error: io::Error| Failure::System { what, error }
    };
    // Before anybody is told that the process is ready to hear them.
    let mut signals = Signals::listen().map_err(system("signals cannot be heard"))?;
    let server = bound.start().await.map_err(Failure::App)?;
    let places = server.handle().addresses().iter().map(ToString::to_string).collect::<Vec<_>>();
    if let Some(parent) = origin.parent.take() {
        let places = places.clone();
        let ready = tokio::task::spawn_blocking(move || parent.ready(places)).await;
        ready
            .unwrap_or_else(|panic| Err(io::Error::other(panic)))
            .map_err(system("the process that has started this one has not answered"))?;
    }
    hold.take_over()?;
    announce(&hold.settings, &server.handle());
    hold.notifier.ready(&format!("Listening on {}", places.join(", ")));
    let end = watch(server, hold, &mut signals).await?;
    Ok((end, signals))
}
