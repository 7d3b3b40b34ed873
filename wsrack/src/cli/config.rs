//! The command `config`: the settings as a file that can be given back.

use std::fmt::Write as _;

use super::file::Format;
use super::resolve::unresolve;
use super::said::{KEYS, Key, Shape};
use super::settings::Settings;
use crate::options::Settings as Meant;

/// All settings, also those that nobody has changed. In a comment stands what has no value; and, of the options of each
/// application, what they mean where neither file, environment nor command line says so of it.
pub(super) fn file(settings: &Settings, apps: &[(String, Meant)], format: Format) -> String {
    let said: Vec<_> = unresolve(settings).iter().collect();
    let mut file = String::new();
    let mut heading = "";
    for key in KEYS {
        if heading != key.heading {
            let gap = if heading.is_empty() { "" } else { "\n" };
            heading = key.heading;
            line(&mut file, format_args!("{gap}# {heading}"));
        }
        match said.iter().find(|(said, _)| said.name == key.name) {
            Some((_, texts)) => setting(&mut file, key, texts, format),
            None => line(&mut file, format_args!("# {}", pair(key.name, "", format).trim_end())),
        }
    }
    options(&mut file, settings, apps, format);
    file
}

fn setting(file: &mut String, key: &Key, texts: &[String], format: Format) {
    let value = match key.shape {
        Shape::Switch => texts.concat(),
        Shape::Many(_) => {
            format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
        }
        _ => match texts {
            [number] if is_number(number) => number.clone(),
            texts => quoted(&texts.concat()),
        },
    };
    line(file, format_args!("{}", pair(key.name, &value, format)));
}

fn options(file: &mut String, settings: &Settings, apps: &[(String, Meant)], format: Format) {
    line(file, format_args!("\n{}", if format == Format::Toml { "[options]" } else { "options:" }));
    for (name, value) in settings.options.all().iter() {
        option(file, 1, name, value, format);
    }
    if format == Format::Yaml && !apps.is_empty() {
        line(file, format_args!("\napps:"));
    }
    for (mount, meant) in apps {
        match format {
            Format::Toml => line(file, format_args!("\n[apps.{}]", quoted(mount))),
            Format::Yaml => line(file, format_args!("  {}:", quoted(mount))),
        }
        let said = settings.options.by_mount().find(|(said, _)| said == mount).map(|(_, said)| said);
        for (name, means) in meant.texts() {
            match said.and_then(|said| said.get(name)) {
                Some(value) => option(file, 2, name, value, format),
                None => option(file, 2, &format!("# {name}"), &means, format),
            }
        }
    }
}

fn option(file: &mut String, depth: usize, name: &str, value: &str, format: Format) {
    let indent = if format == Format::Yaml { "  ".repeat(depth) } else { String::new() };
    line(file, format_args!("{indent}{}", pair(name, &quoted(value), format)));
}

fn pair(name: &str, value: &str, format: Format) -> String {
    match format {
        Format::Toml => format!("{name} = {value}"),
        Format::Yaml => format!("{name}: {value}"),
    }
}

fn line(file: &mut String, text: std::fmt::Arguments<'_>) {
    // A String takes all.
    let _ = writeln!(file, "{text}");
}

/// Neither a mode, whose first digit is a 0, nor what is no number.
fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}

/// As TOML and YAML both read it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
