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
            Some(near) => format!("did you mean `{near}`? "),
            None => String::new(),
        };
        let message = format!("no option is called `{option}`; {hint}The options are: {}", known.join(", "));
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
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, near) = known.iter().map(|candidate| (distance(name, candidate), *candidate)).min()?;
    (distance <= near.len() / 3).then_some(near)
}

/// How many characters must be put in, left out or changed (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in to.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
