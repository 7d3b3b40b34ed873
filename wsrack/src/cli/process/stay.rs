//! A process in the foreground that another one has replaced: whoever waits for it, a shell or a container, is to see
//! the service's end and not its own.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;

use rustix::process::{Pid, Signal as Number, kill_process};

use super::signals::{Signal, Signals};
use crate::cli::failure::Failure;

/// Passes on what this process is told, until the other one ends; and ends as it has.
///
/// # Errors
///
/// How the other process has ended, where not well. It has told why itself.
pub(super) fn until_it_ends(successor: Child) -> Result<(), Failure> {
    let failed = |error| Failure::System { what: "the new process cannot be waited for".to_owned(), error };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let status = runtime.block_on(pass_on(successor)).map_err(failed)?;
    if status == 0 { Ok(()) } else { Err(Failure::Child { status, sentence: String::new() }) }
}

async fn pass_on(mut successor: Child) -> io::Result<u8> {
    let pid = Pid::from_child(&successor);
    let mut signals = Signals::listen()?;
    let mut ended = tokio::task::spawn_blocking(move || successor.wait());
    loop {
        let signal = tokio::select! {
            status = &mut ended => {
                let status = status.map_err(io::Error::other)??;
                // As a shell tells it.
                let code = status.code().or(status.signal().map(|signal| 128 + signal));
                return Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
            }
            signal = signals.next() => signal,
        };
        let number = match signal {
            Signal::Interrupt => Number::INT,
            Signal::Stop => Number::TERM,
            Signal::Restart => Number::HUP,
            Signal::ReopenLog => Number::USR1,
        };
        // It may have ended just now.
        let _gone = kill_process(pid, number);
    }
}
