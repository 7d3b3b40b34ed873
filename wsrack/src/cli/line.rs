//! The command line: one definition for parser, help, man page and completions.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};

use super::app_options::Said as SaidOptions;
use super::departures::{DEPARTURES, Departure, Value};
use super::failure::Failure;
use super::said::{KEYS, Key, Said, Shape, Wrong};
use super::settings::{Command, How, Only};

/// How the program calls itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) program: String,
    pub(super) about: Option<String>,
    pub(super) version: Option<String>,
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    Run(Box<Asked>),
    /// The help, the version: for stdout.
    Print(String),
    Man,
    Completions(clap_complete::Shell),
}

/// A command, and what the command line says about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) command: Command,
    pub(super) how: How,
    pub(super) said: Said,
    pub(super) options: SaidOptions,
}

/// Reads a command line; the first word is the program's name.
///
/// # Errors
///
/// All that is wrong, each with what would be right.
pub(super) fn read(names: &Names, line: impl IntoIterator<Item = OsString>) -> Result<Line, Failure> {
    let matches = match definition(names).try_get_matches_from(line) {
        Ok(matches) => matches,
        Err(told) if !told.use_stderr() => return Ok(Line::Print(told.render().to_string())),
        Err(wrong) => return Err(Failure::Usage(sentence(&wrong))),
    };
    if matches.get_flag("version") {
        return Ok(Line::Print(version(names)));
    }
    if matches.get_flag("man") {
        return Ok(Line::Man);
    }
    if let Some(shell) = matches.get_one::<clap_complete::Shell>("completions") {
        return Ok(Line::Completions(*shell));
    }
    Reading { matches: &matches, wrong: Vec::new() }.read().map(|asked| Line::Run(Box::new(asked)))
}

/// The words that say so.
pub(super) fn write(said: &Said, options: &SaidOptions) -> Vec<String> {
    let mut words = Vec::new();
    for (key, texts) in said.iter() {
        match (key.shape, &texts[..]) {
            (Shape::Switch, [on]) if on == "true" => words.push(format!("--{}", key.long())),
            (Shape::Switch, _) => words.push(format!("--no-{}", key.long())),
            _ => words.extend(texts.iter().flat_map(|text| [format!("--{}", key.long()), text.clone()])),
        }
    }
    words.extend(options.iter().flat_map(|(name, value)| ["--option".to_owned(), format!("{name}={value}")]));
    words
}

/// The whole of it.
pub(super) fn definition(names: &Names) -> clap::Command {
    let about = names.about.clone().unwrap_or_else(|| "A WebSocket server".into());
    clap::Command::new(names.program.clone())
        .about(about)
        .version(version(names))
        .after_help(AFTER)
        .args_override_self(true)
        .disable_version_flag(true)
        .arg(command())
        .args(KEYS.iter().flat_map(setting))
        .args(command_only())
        .args(DEPARTURES.iter().map(departure))
        .args(pages())
}

/// What the parser has to say, in a line: its tips, and not the usage.
fn sentence(wrong: &clap::Error) -> String {
    let text = wrong.render().to_string();
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let more = |line: &&str| {
        line.starts_with("tip: ") || line.starts_with('[') || line.starts_with("--") || line.starts_with('<')
    };
    lines.filter(more).fold(first, |said, line| format!("{said}; {}", line.trim_start_matches("tip: ")))
}

/// `chat 1.2.0 (wsrack 0.1.0)`
fn version(names: &Names) -> String {
    let framework = env!("CARGO_PKG_VERSION");
    match &names.version {
        Some(version) => format!("{} {version} (wsrack {framework})\n", names.program),
        None => format!("{} (wsrack {framework})\n", names.program),
    }
}

fn command() -> Arg {
    let all = ["start", "stop", "restart", "config", "install"];
    Arg::new("command")
        .value_name("COMMAND")
        .value_parser(PossibleValuesParser::new(all))
        .default_value("start")
        .help("What to do: config prints the settings as a file, install writes units for systemd")
}

/// A setting, and the hidden switch that turns it off.
fn setting(key: &'static Key) -> Vec<Arg> {
    let arg = Arg::new(key.name).long(key.long()).short(key.short).help(key.help).help_heading(key.heading);
    match key.shape {
        Shape::Switch => {
            let off = format!("no-{}", key.long());
            let no = Arg::new(off.clone()).long(off.clone()).hide(true).action(ArgAction::SetTrue);
            vec![arg.action(ArgAction::SetTrue).overrides_with(off), no.overrides_with(key.name)]
        }
        Shape::One(name) => vec![arg.value_name(name).allow_hyphen_values(name == "NUM")],
        Shape::Path(name) => {
            let hint = if name == "DIR" { ValueHint::DirPath } else { ValueHint::FilePath };
            vec![arg.value_name(name).value_hint(hint)]
        }
        Shape::Many(name) => vec![arg.value_name(name).action(ArgAction::Append)],
    }
}

/// What is no setting of a server, but of a command.
fn command_only() -> [Arg; 6] {
    let arg = |name: &'static str, heading: &'static str, help: &'static str| {
        Arg::new(name).long(name).help_heading(heading).help(help)
    };
    [
        arg(
            "option",
            "Applications",
            "An option of the applications, as `max_message_size=2MiB`; once for each",
        )
        .value_name("KEY=VALUE")
        .action(ArgAction::Append),
        arg("config", "Cluster", "Read settings from this file, TOML or YAML")
            .short('C')
            .value_name("FILE")
            .value_hint(ValueHint::FilePath),
        arg("all", "Cluster", "Run the command for each file in this directory [default: /etc/wsrack]")
            .value_name("DIR")
            .value_hint(ValueHint::DirPath)
            .num_args(0..=1)
            .default_missing_value("/etc/wsrack"),
        arg("only", "Cluster", "Act on one member: its number, or from 80 its port")
            .short('o')
            .value_name("NUM"),
        arg("force", "Tuning", "Stop at once").short('f').action(ArgAction::SetTrue),
        arg("dir", "Daemon", "Where install writes; - prints [default: /etc/systemd/system]")
            .value_name("DIR")
            .value_hint(ValueHint::DirPath),
    ]
}

fn departure(departure: &Departure) -> Arg {
    let arg = Arg::new(departure.name).long(departure.long()).short(departure.short).hide(true);
    match departure.value {
        Value::No => arg.action(ArgAction::SetTrue),
        Value::Maybe => arg.num_args(0..=1).default_missing_value(""),
        Value::Yes => arg.action(ArgAction::Append),
    }
}

fn pages() -> [Arg; 3] {
    let shell = clap::value_parser!(clap_complete::Shell);
    [
        Arg::new("version").long("version").short('v').action(ArgAction::SetTrue).help("Print version"),
        Arg::new("man").long("man").action(ArgAction::SetTrue).hide(true),
        Arg::new("completions").long("completions").value_name("SHELL").value_parser(shell).hide(true),
    ]
}

const AFTER: &str = "\
The command line goes over the environment (WSRACK_PORT for --port, WSRACK_OPTION_DEBUG for the option `debug`), that \
over the file, that over the program. A switch that is on there is turned off with --no- before its name.

--man prints the man page, --completions SHELL what bash, elvish, fish, powershell or zsh complete by.";

struct Reading<'m> {
    matches: &'m ArgMatches,
    wrong: Vec<String>,
}

impl Reading<'_> {
    fn read(mut self) -> Result<Asked, Failure> {
        self.departures();
        let said = self.said();
        let options = self.options();
        let how = self.how();
        let command = self.command();
        if self.wrong.is_empty() {
            Ok(Asked { command, how, said, options })
        } else {
            Err(Failure::Usage(self.wrong.join("\n")))
        }
    }

    fn departures(&mut self) {
        for departure in DEPARTURES {
            let given = match departure.value {
                Value::No => self.matches.get_flag(departure.name),
                Value::Maybe | Value::Yes => self.matches.contains_id(departure.name),
            };
            if given {
                self.wrong.push(format!("--{}: {}", departure.long(), departure.instead));
            }
        }
    }

    fn said(&mut self) -> Said {
        let mut said = Said::default();
        for key in KEYS {
            if let Some(given) = self.given(key)
                && let Err(Wrong::Value(problem)) = said.say(key.name, &given)
            {
                self.wrong.push(format!("--{} {:?}: {problem}", key.long(), given.join(" ")));
            }
        }
        said
    }

    fn given(&self, key: &Key) -> Option<Vec<String>> {
        match key.shape {
            Shape::Switch if self.matches.get_flag(key.name) => Some(vec!["on".into()]),
            Shape::Switch => self.matches.get_flag(&format!("no-{}", key.long())).then(|| vec!["off".into()]),
            _ => self.matches.get_many::<String>(key.name).map(|texts| texts.cloned().collect()),
        }
    }

    fn options(&mut self) -> SaidOptions {
        let mut options = SaidOptions::default();
        for text in self.matches.get_many::<String>("option").into_iter().flatten() {
            match text.split_once('=') {
                None => self.wrong.push(format!("--option {text:?}: an option is `key=value`")),
                Some((name, value)) => {
                    if let Err(problem) = options.say(name, value) {
                        self.wrong.push(format!("--option {problem}"));
                    }
                }
            }
        }
        options
    }

    fn how(&mut self) -> How {
        let only = self.word("only").and_then(|text| {
            let number = text.parse().ok();
            if number.is_none() {
                self.wrong.push(format!("--only {text:?}: write the number of a member, or its port"));
            }
            number.map(|number: u16| if number < 80 { Only::Index(number) } else { Only::Port(number) })
        });
        let path = |name| self.word(name).map(PathBuf::from);
        How { file: path("config"), all: path("all"), only, force: self.matches.get_flag("force") }
    }

    fn command(&mut self) -> Command {
        let command = self.word("command").unwrap_or_default();
        let dir = self.word("dir");
        if dir.is_some() && command != "install" {
            self.wrong.push("--dir: only `install` writes into a directory".into());
        }
        match command.as_str() {
            "stop" => Command::Stop,
            "restart" => Command::Restart,
            "config" => Command::Config,
            "install" => Command::Install { dir: dir.unwrap_or_else(|| "/etc/systemd/system".into()).into() },
            _ => Command::Start,
        }
    }

    fn word(&self, name: &str) -> Option<String> {
        self.matches.get_one::<String>(name).cloned()
    }
}
