//! The command `config`: the settings as a file that can be given back.

use std::fmt::Write as _;

use super::app_options::Said as SaidOptions;
use super::file::Format;
use super::resolve::unresolve;
use super::said::{KEYS, Key, Shape};
use super::settings::Settings;

/// All settings, also those that nobody has changed. Those without a value stand in a comment.
pub(super) fn file(settings: &Settings, format: Format) -> String {
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
    options(&mut file, settings, format);
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

fn options(file: &mut String, settings: &Settings, format: Format) {
    table(file, &["options"], settings.options.all(), format);
    let mut apps = settings.options.by_mount().filter(|(_, said)| !said.is_empty()).peekable();
    if format == Format::Yaml && apps.peek().is_some() {
        line(file, format_args!("\napps:"));
    }
    for (mount, said) in apps {
        table(file, &["apps", mount], said, format);
    }
}

fn table(file: &mut String, path: &[&str], said: &SaidOptions, format: Format) {
    if said.is_empty() {
        return;
    }
    let indent = match (format, path) {
        (Format::Toml, [name]) => {
            line(file, format_args!("\n[{name}]"));
            ""
        }
        (Format::Yaml, [name]) => {
            line(file, format_args!("\n{name}:"));
            "  "
        }
        (Format::Toml, _) => {
            line(file, format_args!("\n[{}.{}]", path[0], quoted(path[1])));
            ""
        }
        (Format::Yaml, _) => {
            line(file, format_args!("  {}:", quoted(path[1])));
            "    "
        }
    };
    for (name, value) in said.iter() {
        line(file, format_args!("{indent}{}", pair(name, &quoted(value), format)));
    }
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
