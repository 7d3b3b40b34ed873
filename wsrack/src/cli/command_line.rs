//! A program that is its own server.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use super::failure::Failure;
use super::file::Format;
use super::install::install;
use super::levels::{self, Ground, Request};
use super::line::Line;
use super::process::{self, Origin};
use super::said::Wrong;
use super::settings::{Command, Settings};
use super::{config, environment, logging, pages};
use crate::log::log;
use crate::routes::Routes;

/// Routes with a command line, from [`Routes::command_line`]: what a program says of itself before it
/// [runs](Self::run). Feature `cli`.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     wsrack::Routes::new()
///         .command_line()
///         .version(env!("CARGO_PKG_VERSION"))
///         .about("Rooms to talk in")
///         .set("port", "8080")
///         .run()
/// }
/// ```
#[derive(Debug)]
#[must_use = "nothing happens before `run`"]
pub struct CommandLine {
    routes: Routes,
    ground: Ground,
    /// What [`set`](Self::set) was called with and cannot be.
    wrong: Vec<String>,
}

impl Routes {
    /// Runs the program by its command line until it is stopped, and gives what it exits with: `start`, `stop`,
    /// `restart`, `config` or `install`, with Thin's options. Feature `cli`.
    ///
    /// It makes the tokio runtime itself, so `main` is no `async fn`:
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// fn main() -> ExitCode {
    ///     wsrack::Routes::new().run()
    /// }
    /// ```
    ///
    /// What goes wrong is told in a sentence on stderr, and by the exit status.
    /// [The command line](crate#the-command-line) has the options and the statuses.
    ///
    /// # Panics
    ///
    /// Within a tokio runtime.
    #[must_use = "it is what the process exits with"]
    pub fn run(self) -> ExitCode {
        self.command_line().run()
    }

    /// A command line that knows more of the program than its name. Feature `cli`.
    pub fn command_line(self) -> CommandLine {
        let mounts = self.apps().into_iter().map(|(mount, _)| mount).collect();
        let ground = Ground { mounts, ..Ground::default() };
        CommandLine { routes: self, ground, wrong: Vec::new() }
    }
}

impl CommandLine {
    /// The version that `--version` tells: `env!("CARGO_PKG_VERSION")`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.ground.names.version = Some(version.into());
        self
    }

    /// What the program is for, in a sentence for `--help`.
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.ground.names.about = Some(about.into());
        self
    }

    /// Another default for a setting, by its name and with its text in a file: `("port", "8080")`. File, environment and
    /// command line go over it. Where there is no such setting, or it cannot have this value, [`run`](Self::run) fails.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        match self.ground.code.say(name, &[value.to_owned()]) {
            Ok(()) => {}
            Err(Wrong::Unknown) => self.wrong.push(format!("the program sets `{name}`, which is no setting")),
            Err(Wrong::Value(problem)) => {
                self.wrong.push(format!("the program sets {name} = {value:?}: {problem}"));
            }
        }
        self
    }

    /// As [`Routes::run`].
    ///
    /// # Panics
    ///
    /// Within a tokio runtime.
    #[must_use = "it is what the process exits with"]
    pub fn run(mut self) -> ExitCode {
        let mut origin = match Origin::of_this_process() {
            Ok(origin) => origin,
            Err(failure) => return failure.report(""),
        };
        self.ground.names.program = origin.name();
        let answered = self.ask(std::env::args_os().collect()).and_then(|asking| asking.answer(&mut origin));
        match answered {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => origin.report(&failure),
        }
    }

    fn ask(self, line: Vec<OsString>) -> Result<Asking, Failure> {
        if !self.wrong.is_empty() {
            return Err(Failure::Usage(self.wrong.join("\n")));
        }
        let request = levels::read(&self.ground, line, variables())?;
        Ok(Asking { routes: self.routes, ground: self.ground, request })
    }
}

/// What was asked of a program.
struct Asking {
    routes: Routes,
    ground: Ground,
    request: Request,
}

impl Asking {
    fn answer(self, origin: &mut Origin) -> Result<(), Failure> {
        let (settings, arguments, warnings) = match self.request {
            Request::Run { settings, arguments, warnings } => (*settings, arguments, warnings),
            Request::Page(page) => return print(&page_text(&self.ground, page)?),
        };
        match &settings.command {
            Command::Config => {
                let apps = super::prepare::configure(&settings, self.routes)?.apps();
                print(config::file(&settings, &apps, format(&settings)).as_bytes())
            }
            Command::Install { dir } => {
                let name = &self.ground.names.program;
                print(install(&settings, name, &arguments, dir)?.as_bytes())
            }
            Command::Start | Command::Stop | Command::Restart => {
                environment::ensure(&settings, &self.ground.names.program)?;
                logging::start(settings.level);
                for warning in warnings {
                    log!(warn, "{warning}");
                }
                process::run(&settings, self.routes, origin)
            }
        }
    }
}

fn page_text(ground: &Ground, page: Line) -> Result<Vec<u8>, Failure> {
    match page {
        Line::Print(text) => Ok(text.into_bytes()),
        Line::Completions(shell) => Ok(pages::completions(&ground.names, shell)),
        Line::Man => pages::man(&ground.names)
            .map_err(|error| Failure::System { what: "the man page cannot be made".into(), error }),
        Line::Run(_) => Ok(Vec::new()),
    }
}

/// As the file of `-C` is written; TOML where there is none.
fn format(settings: &Settings) -> Format {
    settings.how.file.as_deref().and_then(Format::of).unwrap_or(Format::Toml)
}

fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Whoever reads may stop early: `--help | head`.
fn print(text: &[u8]) -> Result<(), Failure> {
    match io::stdout().write_all(text).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::System { what: "stdout cannot be written".into(), error })
        }
        _ => Ok(()),
    }
}
