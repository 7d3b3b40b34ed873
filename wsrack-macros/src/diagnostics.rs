//! Errors: collected, so that one run of the compiler names all mistakes, each on the user's own token.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
#[must_use = "the mistakes must be reported"]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    /// A mistake in `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(Error::new_spanned(tokens, message));
    }

    /// A mistake at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.0.push(Error::new(span, message));
    }

    /// The value, or `None` and its error kept.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Takes over the mistakes of a part.
    pub(crate) fn append(&mut self, mut part: Self) {
        self.0.append(&mut part.0);
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As `compile_error!`s, in the order of their discovery.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(Error::to_compile_error).collect()
    }
}

/// Ends a sentence about an unknown name with the one that was probably meant: "; did you mean `…`?", or ".".
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"))
}

/// The known name that differs in less than a third of its letters, or in their order.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, near) = known.into_iter().map(|known| (distance(name, known), known)).min()?;
    (distance <= near.len() / 3 || sorted(name) == sorted(near)).then_some(near)
}

fn sorted(name: &str) -> Vec<u8> {
    let mut letters = name.as_bytes().to_vec();
    letters.sort_unstable();
    letters
}

/// How many letters must be put in, left out or changed (Levenshtein).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_unless_it_is_far() {
        let known = ["on_message", "on_open", "on_close"];
        assert_eq!(nearest("on_mesage", known), Some("on_message"));
        assert_eq!(nearest("onopen", known), Some("on_open"));
        assert_eq!(nearest("eveyr", ["every"]), Some("every"));
        assert_eq!(nearest("instrument", known), None);
        assert_eq!(did_you_mean("on_closed", known), "; did you mean `on_close`?");
        assert_eq!(did_you_mean("instrument", known), ".");
    }
}
