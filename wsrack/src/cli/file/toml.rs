//! TOML, with the places.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::tree::{Entry, Node, Place, Problem, Table};

/// # Errors
///
/// Where it is no TOML.
pub(super) fn parse(text: &str) -> Result<Table, Problem> {
    match DeTable::parse(text) {
        Ok(table) => Ok(entries(table.get_ref(), text)),
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            // Its messages may have several lines.
            let what = error.message().lines().collect::<Vec<_>>().join("; ");
            Err(Problem::new(Place::of(offset, text), what))
        }
    }
}

fn entries(table: &DeTable<'_>, text: &str) -> Table {
    let entry = |key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>| Entry {
        place: Place::of(key.span().start, text),
        key: key.get_ref().to_string(),
        at: Place::of(value.span().start, text),
        value: node(value.get_ref(), text),
    };
    table.iter().map(|(key, value)| entry(key, value)).collect()
}

fn node(value: &DeValue<'_>, text: &str) -> Node {
    match value {
        DeValue::String(string) => Node::Text(string.to_string()),
        DeValue::Integer(number) if number.radix() == 8 => Node::Text(format!("0o{}", number.as_str())),
        DeValue::Integer(number) => Node::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Node::Text(number.as_str().to_owned()),
        DeValue::Boolean(on) => Node::Text(on.to_string()),
        DeValue::Datetime(time) => Node::Text(time.to_string()),
        DeValue::Array(items) => {
            let item = |item: &Spanned<_>| (Place::of(item.span().start, text), node(item.get_ref(), text));
            Node::List(items.iter().map(item).collect())
        }
        DeValue::Table(table) => Node::Table(entries(table, text)),
    }
}
