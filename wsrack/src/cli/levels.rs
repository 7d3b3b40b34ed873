//! The levels on each other: command line over environment over file over program.

use std::ffi::OsString;

use super::app_options::AppOptions;
use super::failure::Failure;
use super::file;
use super::line::{self, Asked, Line, Names};
use super::resolve::resolve;
use super::said::Said;
use super::settings::Settings;
use super::variables::{self, Environment};
use crate::options::Options;

/// What the program says of itself, and where it is started.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub(super) names: Names,
    /// The lowest level.
    pub(super) code: Said,
    /// The paths at which applications are mounted.
    pub(super) mounts: Vec<String>,
}

/// What is asked of the program.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    Run {
        settings: Box<Settings>,
        /// The command line's settings, to start the program with once more.
        arguments: Vec<String>,
        /// What is strange and no mistake, for the log.
        warnings: Vec<String>,
    },
    Page(Line),
}

/// Reads the command line, the environment, and the file that one of them names.
///
/// # Errors
///
/// All that is wrong in the first of them that is wrong.
pub(super) fn read(
    ground: &Ground,
    line: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Request, Failure> {
    let Asked { command, mut how, said, options } = match line::read(&ground.names, line)? {
        Line::Run(asked) => *asked,
        page => return Ok(Request::Page(page)),
    };
    let environment: Environment = variables::read(&ground.names.program, variables);
    if !environment.wrong.is_empty() {
        return Err(Failure::Usage(environment.wrong.join("\n")));
    }
    how.file = how.file.or(environment.file);
    let file = match &how.file {
        Some(path) => file::read(path, &ground.mounts)?,
        None => file::FileSaid::default(),
    };
    let arguments = line::write(&said, &options);
    let said = ground.code.clone().merge(file.said).merge(environment.said).merge(said);
    let options = AppOptions::new(&file.options, &file.apps, &environment.options.over(&options));
    let mut settings =
        resolve(command, how, said, options).map_err(|problems| Failure::Usage(problems.join("\n")))?;
    if settings.is_development() {
        settings.options = settings.options.with_defaults(Options::new().debug(true));
    }
    Ok(Request::Run { settings: Box::new(settings), arguments, warnings: environment.strange })
}
