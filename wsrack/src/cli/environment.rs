//! `WSRACK_ENV`, for whoever reads it in this process.

use super::failure::Failure;
use super::settings::Settings;
use super::variables::SET_BY;

/// Sees to it that `WSRACK_ENV` says what the settings say, where they say other than the default.
///
/// A variable cannot be set safely in a process that may have threads, so the program starts anew in this process, once.
///
/// # Errors
///
/// Where the program cannot be started anew.
pub(super) fn ensure(settings: &Settings, program: &str) -> Result<(), Failure> {
    let known = std::env::var(NAME).unwrap_or_else(|_| "development".into());
    if known == settings.environment { Ok(()) } else { start_anew(&settings.environment, program) }
}

const NAME: &str = "WSRACK_ENV";

#[cfg(unix)]
fn start_anew(environment: &str, by: &str) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;

    let mut line = std::env::args_os();
    let name = line.next().unwrap_or_default();
    let error = match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program)
            .arg0(name)
            .args(line)
            .env(NAME, environment)
            .env(SET_BY, by)
            .exec(),
        Err(error) => error,
    };
    Err(Failure::System { what: format!("the program cannot start anew with {NAME}={environment}"), error })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as where a program can start anew")]
fn start_anew(_environment: &str, _by: &str) -> Result<(), Failure> {
    Ok(())
}
