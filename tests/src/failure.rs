//! The one error of the harness: a text for the person who reads the test's output.

use std::fmt;

/// What a harness function returns.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// Why a test could not go on.
///
/// Any error converts into it, so it is not itself a `std::error::Error`. Its `Debug` form is its text, because that is
/// what the test runner prints.
pub struct Failure(String);

impl Failure {
    /// A failure that reads `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Something came that nobody waited for.
    pub fn unexpected(what: &impl fmt::Debug) -> Self {
        Self(format!("did not expect {what:?}"))
    }

    /// What a server of ours failed with.
    pub fn of(error: &wsrack::Error) -> Self {
        Self(format!("{error:?}"))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
