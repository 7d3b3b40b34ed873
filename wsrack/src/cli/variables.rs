//! The environment: `WSRACK_PORT`, `WSRACK_OPTION_MAX_MESSAGE_SIZE`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::app_options::Said as SaidOptions;
use super::said::{KEYS, Said, Shape, Wrong};
use crate::options::nearest;

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    pub(super) said: Said,
    pub(super) options: SaidOptions,
    /// `WSRACK_CONFIG`, as `-C`.
    pub(super) file: Option<PathBuf>,
    /// What cannot be so.
    pub(super) wrong: Vec<String>,
    /// Variables that nothing is known of: they may be somebody else's.
    pub(super) strange: Vec<String>,
}

/// Names the program that has set `WSRACK_ENV` by itself, because its other settings said so: for that one, and for
/// those of its name that it starts, the variable says nothing new.
pub(super) const SET_BY: &str = "WSRACK_ENV_SET_BY";

/// What a process tells another one that it starts: no setting.
const BORN_WITH: &str = "WSRACK_BORN_WITH";

/// Reads the variables that begin with `WSRACK_`, for a program of this name. An empty one says nothing.
pub(super) fn read(program: &str, variables: impl IntoIterator<Item = (String, String)>) -> Environment {
    let mut given: BTreeMap<_, _> = variables
        .into_iter()
        .filter(|(name, value)| name.starts_with("WSRACK_") && !value.is_empty())
        .collect();
    given.remove(BORN_WITH);
    if given.remove(SET_BY).is_some_and(|by| by == program) {
        given.remove("WSRACK_ENV");
    }
    let mut environment = Environment::default();
    for (name, value) in given {
        environment.say(&name, &value);
    }
    environment
}

impl Environment {
    fn say(&mut self, name: &str, value: &str) {
        if name == "WSRACK_CONFIG" {
            self.file = Some(value.into());
        } else if let Some(option) = name.strip_prefix("WSRACK_OPTION_") {
            if let Err(problem) = self.options.say(&option.to_lowercase(), value) {
                self.wrong.push(format!("{name}: {problem}"));
            }
        } else if let Some(key) = KEYS.iter().find(|key| key.variable() == name) {
            let given = match key.shape {
                Shape::Many(_) => value.split(',').map(|part| part.trim().to_owned()).collect(),
                _ => vec![value.to_owned()],
            };
            if let Err(Wrong::Value(problem)) = self.said.say(key.name, &given) {
                self.wrong.push(format!("{name}={value:?}: {problem}"));
            }
        } else {
            self.strange.push(strange(name));
        }
    }
}

fn strange(name: &str) -> String {
    let known: Vec<_> = KEYS.iter().map(super::said::Key::variable).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    match nearest(name, &known) {
        Some(near) => format!("the variable {name} is no setting; did you mean {near}?"),
        None => format!("the variable {name} is no setting"),
    }
}
