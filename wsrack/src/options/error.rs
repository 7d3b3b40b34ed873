//! What can be wrong with an option.

use std::error::Error;
use std::fmt;

/// An option that does not exist, has a value that cannot be read, or contradicts another.
///
/// Its text names the option, says what was wrong, and what would be right:
///
/// ```
/// let mut options = wsrack::Options::new();
/// let error = options.set("max_mesage_size", "1 MiB").unwrap_err();
/// assert!(error.to_string().starts_with("no option is called `max_mesage_size`; did you mean `max_message_size`?"));
/// let error = options.set("ping_interval", "25").unwrap_err();
/// assert_eq!(error.to_string(), "ping_interval = \"25\": a time needs a unit: ms, s, m or h, as in `25s`");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OptionError(Box<Problem>);

#[derive(Clone, PartialEq, Eq)]
struct Problem {
    option: Box<str>,
    message: Box<str>,
}

impl OptionError {
    /// The name of the option, as it was given.
    pub fn option(&self) -> &str {
        &self.0.option
    }

    pub(super) fn unknown(option: &str, known: &[&str]) -> Self {
        let hint = match nearest(option, known) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => ".".to_owned(),
        };
        let message = format!("no option is called `{option}`{hint} The options are: {}", known.join(", "));
        Self::new(option, message)
    }

    pub(super) fn unreadable(option: &str, value: &str, problem: &str) -> Self {
        Self::new(option, format!("{option} = {value:?}: {problem}"))
    }

    pub(super) fn meaning(option: &str, problem: impl fmt::Display) -> Self {
        Self::new(option, format!("{option}: {problem}"))
    }

    fn new(option: &str, message: String) -> Self {
        Self(Box::new(Problem { option: option.into(), message: message.into() }))
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OptionError").field(&self.0.message).finish()
    }
}

impl Error for OptionError {}

/// The known name that was probably meant.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, near) = known.iter().map(|candidate| (distance(name, candidate), *candidate)).min()?;
    (distance <= near.len() / 3).then_some(near)
}

/// How many characters must be put in, left out, changed, or swapped with their neighbour (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for line in 1..=from.len() {
        let mut row = vec![line];
        for column in 1..=to.len() {
            let changed = above[column - 1] + usize::from(from[line - 1] != to[column - 1]);
            let mut least = changed.min(above[column] + 1).min(row[column - 1] + 1);
            let is_swap = line > 1
                && column > 1
                && (from[line - 1], from[line - 2]) == (to[column - 2], to[column - 1]);
            if is_swap {
                least = least.min(before[column - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[to.len()]
}
