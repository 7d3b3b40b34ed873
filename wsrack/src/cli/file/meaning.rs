//! What the tables of a file say.

use super::FileSaid;
use super::tree::{Entry, Node, Place, Problem, Table};
use crate::cli::app_options::Said as SaidOptions;
use crate::cli::departures::DEPARTURES;
use crate::cli::said::{KEYS, Wrong};
use crate::options::{OPTION_NAMES, nearest};

/// What a table says about a program with these mounts.
///
/// # Errors
///
/// All that is wrong, from the top of the file down.
pub(super) fn of(table: Table, mounts: &[String]) -> Result<FileSaid, Vec<Problem>> {
    let mut meaning = Meaning { mounts, said: FileSaid::default(), problems: Vec::new() };
    for entry in table {
        meaning.entry(entry);
    }
    meaning.problems.sort();
    if meaning.problems.is_empty() { Ok(meaning.said) } else { Err(meaning.problems) }
}

/// Of the command line alone.
const LINE_ONLY: [&str; 5] = ["all", "config", "dir", "force", "only"];

struct Meaning<'m> {
    mounts: &'m [String],
    said: FileSaid,
    problems: Vec<Problem>,
}

impl Meaning<'_> {
    fn entry(&mut self, entry: Entry) {
        let name = entry.key.replace('-', "_");
        match (name.as_str(), entry.value) {
            (_, Node::Nothing) => {}
            ("options", Node::Table(table)) => self.said.options = self.options(table),
            ("apps", Node::Table(apps)) => apps.into_iter().for_each(|app| self.app(app)),
            ("options" | "apps", _) => self.problem(entry.at, format!("`{name}` is a table")),
            (_, value) => self.setting(&name, entry.place, entry.at, value),
        }
    }

    fn setting(&mut self, name: &str, place: Place, at: Place, value: Node) {
        if let Some(departure) = DEPARTURES.iter().find(|departure| departure.name == name) {
            if !says_nothing(&value) {
                self.problem(place, format!("{name}: {}", departure.instead));
            }
            return;
        }
        let Some(given) = self.texts(name, at, value) else { return };
        match self.said.said.say(name, &given) {
            Ok(()) => {}
            Err(Wrong::Value(problem)) => {
                self.problem(at, format!("{name} = {:?}: {problem}", given.join(", ")));
            }
            Err(Wrong::Unknown) => self.problem(place, unknown(name)),
        }
    }

    fn app(&mut self, app: Entry) {
        let mount = app
            .key
            .strip_suffix('/')
            .filter(|path| !path.is_empty() && !path.ends_with('/'))
            .unwrap_or(&app.key);
        if !self.mounts.iter().any(|known| known == mount) {
            let problem = unknown_mount(mount, self.mounts);
            self.problem(app.place, problem);
        }
        match app.value {
            Node::Nothing => {}
            Node::Table(table) => {
                let options = self.options(table);
                self.said.apps.insert(mount.to_owned(), options);
            }
            _ => self.problem(app.at, format!("`apps.{:?}` is a table", app.key)),
        }
    }

    fn options(&mut self, table: Table) -> SaidOptions {
        let mut options = SaidOptions::default();
        for Entry { place, key, at, value } in table {
            let Some(texts) = self.texts(&key, at, value) else { continue };
            if let Err(problem) = options.say(&key, &texts.join(", ")) {
                let is_known = OPTION_NAMES.contains(&&*key.replace('-', "_"));
                self.problem(if is_known { at } else { place }, problem.to_string());
            }
        }
        options
    }

    /// The texts of a value or a list; `None` where it says nothing, or is something else.
    fn texts(&mut self, name: &str, at: Place, value: Node) -> Option<Vec<String>> {
        match value {
            Node::Nothing => None,
            Node::Text(text) => self.text(at, text).map(|text| vec![text]),
            Node::Table(_) => {
                self.problem(at, format!("{name}: a value is wanted, not a table"));
                None
            }
            Node::List(items) => items
                .into_iter()
                .map(|(place, item)| match item {
                    Node::Text(text) => self.text(place, text),
                    _ => {
                        self.problem(place, format!("{name}: a list of values is wanted"));
                        None
                    }
                })
                .collect(),
        }
    }

    fn text(&mut self, at: Place, text: String) -> Option<String> {
        if text.contains("<%") {
            self.problem(
                at,
                "Ruby (ERB) is not run in this file: write the value itself, or set a variable `WSRACK_…`",
            );
            return None;
        }
        Some(text)
    }

    fn problem(&mut self, place: Place, what: impl Into<String>) {
        self.problems.push(Problem::new(place, what));
    }
}

/// Thin writes each of its options into a file, also those that are off.
fn says_nothing(value: &Node) -> bool {
    match value {
        Node::Nothing => true,
        Node::Text(text) => matches!(text.as_str(), "" | "false" | "off"),
        Node::List(items) => items.is_empty(),
        Node::Table(entries) => entries.is_empty(),
    }
}

fn unknown(name: &str) -> String {
    if LINE_ONLY.contains(&name) {
        return format!("`{name}` belongs on the command line: `--{}`", name.replace('_', "-"));
    }
    let known: Vec<_> = KEYS.iter().map(|key| key.name).chain(["options", "apps"]).collect();
    if OPTION_NAMES.contains(&name) {
        return format!(
            "`{name}` is an option of the applications: write it below `[options]`, or `[apps.\"/path\"]`"
        );
    }
    match nearest(name, &known) {
        Some(near) => format!("no setting is called `{name}`; did you mean `{near}`?"),
        None => format!("no setting is called `{name}`; `--help` has them all"),
    }
}

fn unknown_mount(mount: &str, mounts: &[String]) -> String {
    let known: Vec<_> = mounts.iter().map(String::as_str).collect();
    match (nearest(mount, &known), &known[..]) {
        (_, []) => format!("no application is mounted at `{mount}`: this program has none"),
        (Some(near), _) => format!("no application is mounted at `{mount}`; did you mean `{near}`?"),
        (None, known) => format!("no application is mounted at `{mount}`; there are: {}", known.join(", ")),
    }
}
