//! The command line of a program: what is asked ([`settings::Settings`]), and how it is done ([`process`]).

mod access_file;
mod app_options;
mod command_line;
mod config;
mod departures;
mod environment;
mod failure;
mod file;
mod install;
mod levels;
mod line;
mod logging;
mod pages;
mod prepare;
#[cfg(unix)]
mod process;
#[cfg(not(unix))]
#[path = "foreground.rs"]
mod process;
mod resolve;
mod said;
mod served;
mod settings;
mod tls;
mod values;
mod variables;

pub use self::command_line::CommandLine;

#[cfg(test)]
mod tests;
