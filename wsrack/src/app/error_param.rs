//! The last parameter of `#[on_error]`: the error, or what of it a handler is for.

use std::error::Error as StdError;
use std::ops::RangeInclusive;

use crate::error::Error;

/// The last parameter of `#[on_error]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last parameter of an `#[on_error]` handler",
    label = "not a reference to an error",
    note = "the last parameter is `&Error` for every error, or `&E` for one type that implements `std::error::Error`"
)]
pub trait ErrorParam<'a>: Sized {
    /// Whether no error is left for the handlers behind.
    const TAKES_ALL: bool = false;

    /// The error at this level of the chain, if it is of this type; see [`levels`].
    fn at(error: &'a Error, level: usize) -> Option<Self>;
}

/// Takes what no typed handler took, at the level behind the last source.
#[diagnostic::do_not_recommend]
impl<'a> ErrorParam<'a> for &'a Error {
    const TAKES_ALL: bool = true;

    fn at(error: &'a Error, level: usize) -> Option<Self> {
        error.chain().nth(level).is_none().then_some(error)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, E: StdError + 'static> ErrorParam<'a> for &'a E {
    fn at(error: &'a Error, level: usize) -> Option<Self> {
        error.chain().nth(level).and_then(<dyn StdError>::downcast_ref)
    }
}

/// The levels at which handlers are asked: the value itself, each source, and one behind the last.
pub fn levels(error: &Error) -> RangeInclusive<usize> {
    0..=error.chain().count()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::num::ParseIntError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn each_type_finds_its_level_and_the_rest_comes_last() {
        let error = Error::from(Outer(io::Error::other("inner")));
        let found = |level| {
            (
                <&Outer as ErrorParam<'_>>::at(&error, level).is_some(),
                <&io::Error as ErrorParam<'_>>::at(&error, level).is_some(),
                <&ParseIntError as ErrorParam<'_>>::at(&error, level).is_some(),
                <&Error as ErrorParam<'_>>::at(&error, level).is_some(),
            )
        };
        let all: Vec<_> = levels(&error).map(found).collect();
        assert_eq!(all[0], (true, false, false, false));
        assert_eq!(all[1], (false, true, false, false));
        assert_eq!(all.last(), Some(&(false, false, false, true)));
        assert_eq!(all.iter().filter(|at| at.3).count(), 1);
    }
}
