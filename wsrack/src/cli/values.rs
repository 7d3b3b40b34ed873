//! What a setting can be: each type reads the text of a command line, a variable or a file, and writes it back.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::settings::{AccessFormat, Listen};
use crate::options::{OptionError, TrustedProxies, units};

/// A value as text, in one piece or, for a list, several.
pub(super) trait Value: Sized {
    /// # Errors
    ///
    /// What would be right.
    fn read(given: &[String]) -> Result<Self, String>;

    fn write(&self) -> Vec<String>;
}

/// A value of one piece.
trait Word: Sized {
    fn read(text: &str) -> Result<Self, String>;
    fn write(&self) -> String;
}

/// A time; a bare number counts seconds, as in Thin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Duration);

/// The mode of a file: `0660`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode(pub(super) u32);

/// A path of a URL, without a `/` at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlPath(pub(super) String);

/// How many workers; `auto` is one a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Workers(pub(super) Option<NonZeroUsize>);

/// `off`, `text` or `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access(pub(super) Option<AccessFormat>);

impl<W: Word> Value for W {
    fn read(given: &[String]) -> Result<Self, String> {
        match given {
            [text] => W::read(text.trim()),
            _ => Err("one value is wanted, not a list".into()),
        }
    }

    fn write(&self) -> Vec<String> {
        vec![Word::write(self)]
    }
}

impl Value for Vec<Listen> {
    fn read(given: &[String]) -> Result<Self, String> {
        if given.is_empty() {
            return Err("the list is empty; write `127.0.0.1:3000` or `unix:/run/chat.sock`".into());
        }
        given.iter().map(|text| listen(text.trim())).collect()
    }

    fn write(&self) -> Vec<String> {
        self.iter().map(Listen::to_string).collect()
    }
}

impl Value for TrustedProxies {
    fn read(given: &[String]) -> Result<Self, String> {
        let problem =
            |wrong: OptionError| wrong.to_string().trim_start_matches("trusted_proxies = ").to_owned();
        given.join(",").parse().map_err(problem)
    }

    fn write(&self) -> Vec<String> {
        self.to_string().split(", ").map(str::to_owned).collect()
    }
}

impl Word for String {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("the value is empty".into()) } else { Ok(text.to_owned()) }
    }

    fn write(&self) -> String {
        self.clone()
    }
}

impl Word for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        <String as Word>::read(text).map(Self::from)
    }

    fn write(&self) -> String {
        self.display().to_string()
    }
}

impl Word for bool {
    fn read(text: &str) -> Result<Self, String> {
        units::switch(text).map_err(str::to_owned)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for u16 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "not a port; write a number from 0 to 65535".into())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for usize {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "not a count; write a whole number: `100`".into())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for u32 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().ok().filter(|count| *count > 0).ok_or_else(|| POSITIVE.into())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for NonZeroUsize {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| POSITIVE.into())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for Time {
    fn read(text: &str) -> Result<Self, String> {
        if let Ok(seconds) = text.parse() {
            return Ok(Self(Duration::from_secs(seconds)));
        }
        match units::duration(text) {
            Ok(Some(time)) => Ok(Self(time)),
            Ok(None) | Err(_) => {
                Err("not a time; write seconds, or a number with ms, s, m or h: `30s`".into())
            }
        }
    }

    fn write(&self) -> String {
        match self.0.subsec_millis() {
            0 => format!("{}s", self.0.as_secs()),
            _ => format!("{}ms", self.0.as_millis()),
        }
    }
}

impl Word for Mode {
    fn read(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0o").unwrap_or(text);
        u32::from_str_radix(digits, 8)
            .ok()
            .filter(|mode| *mode <= 0o777)
            .map(Self)
            .ok_or_else(|| "not a mode; write three octal digits: `660`".into())
    }

    fn write(&self) -> String {
        format!("{:04o}", self.0)
    }
}

impl Word for UrlPath {
    fn read(text: &str) -> Result<Self, String> {
        let path = text.trim_end_matches('/');
        if path.starts_with('/') {
            Ok(Self(path.to_owned()))
        } else {
            Err("not a path below `/`; write one: `/stats`".into())
        }
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

impl Word for Workers {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self(None)),
            _ => <NonZeroUsize as Word>::read(text)
                .map(|count| Self(Some(count)))
                .map_err(|_| "not a count; write a whole number above 0, or `auto` for one a core".into()),
        }
    }

    fn write(&self) -> String {
        self.0.map_or_else(|| "auto".into(), |count| count.to_string())
    }
}

impl Word for Access {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(match text {
            "off" | "false" => None,
            "text" | "on" | "true" => Some(AccessFormat::Text),
            "json" => Some(AccessFormat::Json),
            _ => return Err("write `off`, `text` or `json`".into()),
        }))
    }

    fn write(&self) -> String {
        match self.0 {
            None => "off",
            Some(AccessFormat::Text) => "text",
            Some(AccessFormat::Json) => "json",
        }
        .into()
    }
}

fn listen(text: &str) -> Result<Listen, String> {
    if let Some(path) = text.strip_prefix("unix:") {
        return <PathBuf as Word>::read(path).map(Listen::Unix);
    }
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let Some((host, port)) = parts.filter(|(host, _)| !host.is_empty()) else {
        return Err(format!(
            "{text:?} is nowhere to listen; write `127.0.0.1:3000`, `[::1]:3000` or `unix:/run/chat.sock`"
        ));
    };
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => Ok(Listen::Tcp { host: inner.to_owned(), port }),
        None if host.contains(':') => {
            Err(format!("{text:?}: an IPv6 address stands in brackets: `[::1]:3000`"))
        }
        None => Ok(Listen::Tcp { host: host.to_owned(), port }),
    }
}

const POSITIVE: &str = "not a count; write a whole number above 0: `100`";
