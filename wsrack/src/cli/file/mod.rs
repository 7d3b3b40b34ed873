//! The file of `-C`, in TOML or YAML: what it says, and where it is wrong.

mod meaning;
mod toml;
mod tree;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use self::tree::{Problem, Table};
use super::app_options::Said as SaidOptions;
use super::failure::Failure;
use super::said::Said;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Yaml,
}

/// What a file says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FileSaid {
    pub(super) said: Said,
    /// Of `[options]`.
    pub(super) options: SaidOptions,
    /// Of `[apps."/path"]`.
    pub(super) apps: BTreeMap<String, SaidOptions>,
}

impl Format {
    /// By the name's ending.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// Reads a file for a program with these mounts.
///
/// # Errors
///
/// Where it cannot be read; all that is wrong in it, each with line and column.
pub(super) fn read(path: &Path, mounts: &[String]) -> Result<FileSaid, Failure> {
    let format = Format::of(path).ok_or_else(|| {
        Failure::File(format!(
            "{}: the name of a file of settings ends in .toml, .yaml or .yml",
            path.display()
        ))
    })?;
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::unreadable("the settings", path, error))?;
    parse(&text, format, mounts).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("{}:{problem}", path.display())).collect();
        Failure::File(lines.join("\n"))
    })
}

/// # Errors
///
/// All that is wrong, from the top of the file down.
pub(super) fn parse(text: &str, format: Format, mounts: &[String]) -> Result<FileSaid, Vec<Problem>> {
    let table: Result<Table, Problem> = match format {
        Format::Toml => toml::parse(text),
        Format::Yaml => yaml::parse(text),
    };
    table.map_err(|problem| vec![problem]).and_then(|table| meaning::of(table, mounts))
}

#[cfg(test)]
mod tests;
