//! The list of extensions as RFC 6455, 9.1, has it: `name; parameter; parameter=token; parameter="token", name`.

use std::borrow::Cow;

use crate::options::is_token;

/// One element of the list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer<'a> {
    pub(super) name: &'a str,
    pub(super) parameters: Vec<Parameter<'a>>,
}

/// A parameter, with what stands behind its `=`, less quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) value: Option<Cow<'a, str>>,
}

/// The offers of one field in their order; `None` for one that is not written as the grammar has it.
pub(super) fn offers(field: &[u8]) -> impl Iterator<Item = Option<Offer<'_>>> {
    split(field, b',').filter(|element| !element.is_empty()).map(offer)
}

fn offer(element: &[u8]) -> Option<Offer<'_>> {
    let mut parts = split(element, b';');
    let name = token(parts.next()?)?;
    let parameters = parts.map(parameter).collect::<Option<_>>()?;
    Some(Offer { name, parameters })
}

fn parameter(part: &[u8]) -> Option<Parameter<'_>> {
    let Some(equals) = part.iter().position(|byte| *byte == b'=') else {
        return Some(Parameter { name: token(part)?, value: None });
    };
    let (name, value) = (&part[..equals], part[equals + 1..].trim_ascii());
    Some(Parameter { name: token(name.trim_ascii())?, value: Some(self::value(value)?) })
}

/// A token, or one in quotes, in which a backslash stands before any character.
fn value(value: &[u8]) -> Option<Cow<'_, str>> {
    let Some(quoted) = value.strip_prefix(b"\"") else { return token(value).map(Cow::Borrowed) };
    let quoted = str::from_utf8(quoted.strip_suffix(b"\"")?).ok()?;
    let mut unquoted = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => unquoted.push(characters.next()?),
            '"' => return None,
            other => unquoted.push(other),
        }
    }
    is_token(&unquoted).then_some(Cow::Owned(unquoted))
}

fn token(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok().filter(|text| is_token(text))
}

/// The parts between separators that stand outside of quotes, without blanks around them.
fn split(bytes: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = bytes.split(move |byte| {
        let was_escaped = is_escaped;
        is_escaped = is_quoted && !was_escaped && *byte == b'\\';
        is_quoted ^= *byte == b'"' && !was_escaped;
        *byte == separator && !is_quoted
    });
    parts.map(<[u8]>::trim_ascii)
}
