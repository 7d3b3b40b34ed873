//! YAML, with the places. No anchors, no tags: a file of settings needs none.

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::tree::{Entry, Node, Place, Problem, Table};

/// # Errors
///
/// Where it is no YAML, or no table, or more than a file of settings needs.
pub(super) fn parse(text: &str) -> Result<Table, Problem> {
    let mut events = Events { parser: Parser::new_from_str(text), last: Place { line: 1, column: 1 } };
    loop {
        let (event, place) = events.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::StreamEnd => return Ok(Table::new()),
            event => {
                return match events.node(event, place)? {
                    Node::Table(table) => events.end().map(|()| table),
                    Node::Nothing => events.end().map(|()| Table::new()),
                    _ => Err(Problem::new(place, "a file of settings is a table: `port: 3000`")),
                };
            }
        }
    }
}

struct Events<'t, I: Iterator<Item = Result<(Event<'t>, Span), ScanError>>> {
    parser: I,
    last: Place,
}

impl<'t, I: Iterator<Item = Result<(Event<'t>, Span), ScanError>>> Events<'t, I> {
    fn next(&mut self) -> Result<(Event<'t>, Place), Problem> {
        match self.parser.next() {
            Some(Ok((event, span))) => {
                self.last = place(span.start);
                Ok((event, self.last))
            }
            Some(Err(error)) => Err(Problem::new(place(*error.marker()), error.info())),
            None => Err(Problem::new(self.last, "the text ends too early")),
        }
    }

    fn node(&mut self, event: Event<'t>, at: Place) -> Result<Node, Problem> {
        match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null") => {
                Ok(Node::Nothing)
            }
            Event::Scalar(text, ..) => Ok(Node::Text(text.into_owned())),
            Event::SequenceStart(..) => self.list().map(Node::List),
            Event::MappingStart(..) => self.table().map(Node::Table),
            _ => {
                Err(Problem::new(at, "a file of settings has no anchors and aliases: write the value itself"))
            }
        }
    }

    fn list(&mut self) -> Result<Vec<(Place, Node)>, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, at) => items.push((at, self.node(event, at)?)),
            }
        }
    }

    fn table(&mut self) -> Result<Table, Problem> {
        let mut table = Table::new();
        loop {
            let (place, key) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(table),
                (Event::Scalar(key, ..), place) => (place, key.into_owned()),
                (_, place) => return Err(Problem::new(place, "a key is a word: `port: 3000`")),
            };
            if table.iter().any(|entry: &Entry| entry.key == key) {
                return Err(Problem::new(place, format!("`{key}` stands here twice")));
            }
            let (event, at) = self.next()?;
            table.push(Entry { place, key, at, value: self.node(event, at)? });
        }
    }

    /// Nothing may follow.
    fn end(&mut self) -> Result<(), Problem> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => {}
                (_, place) => return Err(Problem::new(place, "a file of settings is one document")),
            }
        }
    }
}

fn place(marker: Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1 }
}
