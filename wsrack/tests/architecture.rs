//! The rooms of the library stand in a line, and each knows only those before it; no file is long.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate. One uses only what stands before it.
const ROOMS: &[&[&str]] = &[
    // What everything else is told with.
    &["log", "flood", "pool", "close", "limits", "stats", "draft", "body"],
    // From bytes to events, with no clock, no I/O and no task.
    &["protocol"],
    // The vocabulary.
    &["error", "auth", "message", "options", "env", "mount_point", "trace"],
    &["handshake", "outbox", "hub", "app", "connection", "routes", "server", "cli"],
    // Beside the server.
    &["testing", "client", "schema", "console"],
];

/// What hands out names of all rooms, and is used by none.
const SEES_ALL: [&str; 3] = ["prelude", "__private", "__fuzz"];

/// Lines of a file, its tests included.
const LINES_MAX: usize = 400;

#[test]
fn a_room_knows_only_those_before_it() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !is_test(file)) {
        let Some(room) = room(file).filter(|room| !SEES_ALL.contains(&room.as_str())) else { continue };
        let own = position(&room);
        for (line, other) in foreign(file) {
            if position(&other).is_none_or(|other| Some(other) > own) {
                wrong.push(format!("{}:{line}: `{room}` uses `{other}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the rooms stand in this order: {ROOMS:?}\n{}", wrong.join("\n"));
}

#[test]
fn every_room_has_its_place() {
    let root = fs::read_to_string(source_dir().join("lib.rs")).unwrap();
    let rooms = root.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let unplaced: Vec<_> =
        rooms.filter(|room| position(room).is_none() && !SEES_ALL.contains(room)).collect();
    assert!(unplaced.is_empty(), "without a place in the line: {unplaced:?}");
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let lines = |file: &PathBuf| fs::read_to_string(file).unwrap().lines().count();
    let long: Vec<_> = sources().into_iter().filter(|file| lines(file) > LINES_MAX).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    let names = |text: &str, depth| {
        rooms_named(text, depth).into_iter().map(|(line, room)| format!("{line} {room}")).collect::<Vec<_>>()
    };
    assert_eq!(names("use crate::error::Error;\nfn f() -> crate::hub::Hub {}", 2), ["1 error", "2 hub"]);
    assert_eq!(names("use crate::{\n    env::{Env, Peer},\n    hub,\n};", 2), ["1 env", "1 hub"]);
    assert_eq!(names("use super::hub::Hub;", 1), ["1 hub"], "in the first file of a room");
    assert_eq!(names("use super::hub::Hub;", 2), [""; 0], "of the same room");
    assert_eq!(names("use super::super::hub::Hub;", 2), ["1 hub"]);
    assert_eq!(names("// crate::hub\n/// [`x`](crate::hub::Hub)\nuse std::io;", 2), [""; 0]);
    assert_eq!(
        names("use wsrack::Hub;\npub(crate) fn f() {}", 2),
        ["1 Hub"],
        "a name of the root has no place"
    );
    assert_eq!(names("#[cfg(test)]\nmod tests {\n    use crate::hub;", 2), [""; 0]);
}

fn position(room: &str) -> Option<usize> {
    ROOMS.iter().copied().flatten().position(|known| *known == room)
}

fn source_dir() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    let mut folders = vec![source_dir().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    assert!(sources.len() > 50, "the sources are not where this test looks");
    sources
}

/// The names of the modules down to a file: `outbox`, `queue`.
fn modules(file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source_dir()).unwrap().with_extension("");
    path.iter().map(|part| part.to_str().unwrap().to_owned()).filter(|part| part != "mod").collect()
}

fn is_test(file: &Path) -> bool {
    modules(file).iter().any(|module| module == "tests")
}

/// The room that a file is part of; `None` for the root.
fn room(file: &Path) -> Option<String> {
    let room = modules(file).into_iter().next().filter(|room| room != "lib")?;
    // Those whose files are not named like them.
    Some(if room == "private" || room == "fuzz" { format!("__{room}") } else { room })
}

/// The other rooms that a file uses, with the line that does.
fn foreign(file: &Path) -> BTreeSet<(usize, String)> {
    let own = room(file);
    let named = rooms_named(&fs::read_to_string(file).unwrap(), modules(file).len());
    named.into_iter().filter(|(_, named)| Some(named) != own.as_ref()).collect()
}

/// The first names behind `crate::`, `wsrack::` and as many `super::` as lead to the root from a module so deep.
fn rooms_named(text: &str, depth: usize) -> BTreeSet<(usize, String)> {
    let code = code(text);
    let to_root = ["crate::".to_owned(), "wsrack::".to_owned(), "super::".repeat(depth)];
    let mut named = BTreeSet::new();
    for prefix in to_root {
        for (at, _) in code.match_indices(&prefix) {
            let begins = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            if !code[..at].ends_with(begins) {
                let line = code[..at].lines().count().max(1);
                named.extend(first_names(&code[at + prefix.len()..]).into_iter().map(|name| (line, name)));
            }
        }
    }
    named
}

/// What is compiled outside of tests, less comments and strings; the lines stay.
fn code(text: &str) -> String {
    let mut rest = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::new();
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => string(rest),
            '\'' if rest.starts_with("'\"'") => 3,
            _ => 0,
        };
        code.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
        if skipped == 0 {
            code.push(c);
        }
        rest = &rest[skipped.max(c.len_utf8())..];
    }
    code
}

/// How long the string is that `text` begins with. A raw one ends at the first quote, too: good enough for paths.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// `a` of `a::b`; `a` and `b` of `{a::{x, y}, b}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else { return vec![first_name(path)] };
    let (mut names, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                names.push(first_name(group[from..at].trim_start()));
                from = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
