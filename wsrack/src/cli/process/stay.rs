//! A process in the foreground that another one has replaced: whoever waits for it, a shell or a container, is to see
//! the service's end and not its own.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};

use rustix::process::{Pid, Signal as Number, kill_process};

use super::signals::{Signal, Signals};
use crate::cli::failure::Failure;

/// Passes on what this process is told, until the other one ends; and ends as it has.
///
/// `signals` are those that were listened to all the time: what came before is passed on as well.
///
/// # Errors
///
/// How the other process has ended, where not well. It has told why itself.
pub(super) async fn until_it_ends(mut successor: Child, mut signals: Signals) -> Result<(), Failure> {
    let failed = |error| Failure::System { what: "the new process cannot be waited for".to_owned(), error };
    let pid = Pid::from_child(&successor);
    let mut ended = tokio::task::spawn_blocking(move || successor.wait());
    loop {
        let signal = tokio::select! {
            status = &mut ended => return as_it_ended(status.map_err(io::Error::other).flatten().map_err(failed)?),
            signal = signals.next() => signal,
        };
        pass_on(signal, pid);
    }
}

/// Tells a process what this one was told. It may have ended just now.
pub(super) fn pass_on(signal: Signal, pid: Pid) {
    let number = match signal {
        Signal::Interrupt => Number::INT,
        Signal::Stop => Number::TERM,
        Signal::Restart => Number::HUP,
        Signal::ReopenLog => Number::USR1,
    };
    let _gone = kill_process(pid, number);
}

fn as_it_ended(status: ExitStatus) -> Result<(), Failure> {
    // As a shell tells it.
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    match code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1) {
        0 => Ok(()),
        status => Err(Failure::Child { status, sentence: String::new() }),
    }
}
