//! A line of the access log, in each of its forms.

use std::fmt::{self, Write};
use std::net::IpAddr;
use std::time::SystemTime;

use http::Version;
use serde::Serialize;

use super::Format;
use super::date::{Clf, Date, Rfc3339};
use crate::close::{Cause, CloseCode};
use crate::connection::Traffic;

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Line<'a> {
    pub(super) host: Option<IpAddr>,
    /// What was asked, where that is known.
    pub(super) asked: Option<Asked<'a>>,
    pub(super) status: u16,
    pub(super) length: Option<u64>,
    /// How a WebSocket went.
    pub(super) end: Option<(Traffic, CloseCode, Cause)>,
}

/// The first line of a request.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) version: Version,
}

/// When a line is written, and how long that took which it is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Times {
    pub(super) now: SystemTime,
    pub(super) seconds: f64,
}

impl Line<'_> {
    /// The line, with its end.
    pub(super) fn format(&self, times: Times, format: Format) -> String {
        let mut line = String::with_capacity(256);
        // Writing to a string does not fail.
        let _written = match format {
            Format::Text => self.text(times, &mut line),
            Format::Json => self.json(times, &mut line),
        };
        line.push('\n');
        line
    }

    fn text(&self, times: Times, line: &mut String) -> fmt::Result {
        match self.host {
            Some(host) => write!(line, "{host}")?,
            None => line.push('-'),
        }
        write!(line, " - - [{}] \"", Clf(Date::from(times.now)))?;
        match self.asked {
            Some(Asked { method, target, version }) => {
                write!(line, "{method} ")?;
                escape(target, line)?;
                write!(line, " {version:?}")?;
            }
            None => line.push('-'),
        }
        write!(line, "\" {} ", self.status)?;
        match self.length {
            Some(length) => write!(line, "{length}")?,
            None => line.push('-'),
        }
        write!(line, " {:.4}", times.seconds)?;
        if let Some((traffic, code, cause)) = self.end {
            let Traffic { bytes_in, bytes_out, messages_in, messages_out } = traffic;
            let cause = name(cause);
            write!(line, " {code} {cause} in={messages_in}/{bytes_in} out={messages_out}/{bytes_out}")?;
        }
        Ok(())
    }

    fn json(&self, times: Times, line: &mut String) -> fmt::Result {
        let end = self.end.map(|(traffic, code, cause)| End {
            code: code.into(),
            cause: name(cause),
            messages_in: traffic.messages_in,
            bytes_in: traffic.bytes_in,
            messages_out: traffic.messages_out,
            bytes_out: traffic.bytes_out,
        });
        let json = Json {
            time: Rfc3339(Date::from(times.now)).to_string(),
            host: self.host,
            user: None,
            method: self.asked.map(|asked| asked.method),
            target: self.asked.map(|asked| asked.target),
            version: self.asked.map(|asked| format!("{:?}", asked.version)),
            status: self.status,
            length: self.length,
            seconds: (times.seconds * 1e4).round() / 1e4,
            end,
        };
        line.push_str(&serde_json::to_string(&json).map_err(|_| fmt::Error)?);
        Ok(())
    }
}

#[derive(Serialize)]
struct Json<'a> {
    time: String,
    host: Option<IpAddr>,
    user: Option<&'a str>,
    method: Option<&'a str>,
    target: Option<&'a str>,
    version: Option<String>,
    status: u16,
    length: Option<u64>,
    seconds: f64,
    #[serde(flatten)]
    end: Option<End>,
}

#[derive(Serialize)]
struct End {
    code: u16,
    cause: &'static str,
    messages_in: u32,
    bytes_in: u64,
    messages_out: u32,
    bytes_out: u64,
}

fn name(cause: Cause) -> &'static str {
    match cause {
        Cause::Client => "client",
        Cause::Server => "server",
        Cause::Lost => "lost",
        Cause::PingTimeout => "ping_timeout",
        Cause::SlowClient => "slow_client",
        Cause::SendTimeout => "send_timeout",
        Cause::Shutdown => "shutdown",
        Cause::Protocol => "protocol",
        Cause::Error => "error",
        Cause::Panic => "panic",
    }
}

/// What is printed, and is neither a quote nor the escape itself, stays; of all else each byte is `\xNN`.
fn escape(text: &str, line: &mut String) -> fmt::Result {
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | 0..=b' ' | 0x7f.. => write!(line, "\\x{byte:02x}")?,
            byte => line.push(char::from(byte)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn line(target: &str, end: Option<(Traffic, CloseCode, Cause)>) -> Line<'_> {
        Line {
            host: Some("192.0.2.7".parse().unwrap()),
            asked: Some(Asked { method: "GET", target, version: Version::HTTP_11 }),
            status: if end.is_some() { 101 } else { 403 },
            length: end.map(|(traffic, ..)| traffic.bytes_out),
            end,
        }
    }

    fn times() -> Times {
        Times { now: UNIX_EPOCH + Duration::from_millis(1_795_431_173_123), seconds: 12.345_64 }
    }

    fn end() -> (Traffic, CloseCode, Cause) {
        let traffic = Traffic { bytes_in: 45, bytes_out: 67, messages_in: 3, messages_out: 2 };
        (traffic, CloseCode(1000), Cause::Client)
    }

    #[test]
    fn text_is_that_of_rack_and_more() {
        assert_eq!(
            line("/chat?a=1", Some(end())).format(times(), Format::Text),
            "192.0.2.7 - - [23/Nov/2026:10:52:53 +0000] \"GET /chat?a=1 HTTP/1.1\" 101 67 12.3456 \
             1000 client in=3/45 out=2/67\n"
        );
        let unix = Line { host: None, ..line("/", None) };
        assert_eq!(
            unix.format(times(), Format::Text),
            "- - - [23/Nov/2026:10:52:53 +0000] \"GET / HTTP/1.1\" 403 - 12.3456\n"
        );
    }

    #[test]
    fn json_is_an_object_a_line() {
        assert_eq!(
            line("/chat", Some(end())).format(times(), Format::Json),
            "{\"time\":\"2026-11-23T10:52:53.123Z\",\"host\":\"192.0.2.7\",\"user\":null,\"method\":\"GET\",\
             \"target\":\"/chat\",\"version\":\"HTTP/1.1\",\"status\":101,\"length\":67,\"seconds\":12.3456,\
             \"code\":1000,\"cause\":\"client\",\"messages_in\":3,\"bytes_in\":45,\"messages_out\":2,\
             \"bytes_out\":67}\n"
        );
        assert!(line("/", None).format(times(), Format::Json).ends_with("\"seconds\":12.3456}\n"));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let line = Line { asked: None, status: 400, ..line("/", None) };
        assert_eq!(
            line.format(times(), Format::Text),
            "192.0.2.7 - - [23/Nov/2026:10:52:53 +0000] \"-\" 400 - 12.3456\n"
        );
        let json = line.format(times(), Format::Json);
        assert!(json.contains("\"method\":null,\"target\":null,\"version\":null,\"status\":400"), "{json}");
    }

    #[test]
    fn nobody_writes_a_line_of_his_own() {
        let target = "/\"\n\\\u{1b}[1m\u{7f}é x";
        let text = line(target, None).format(times(), Format::Text);
        assert!(text.contains("\"GET /\\x22\\x0a\\x5c\\x1b[1m\\x7f\\xc3\\xa9\\x20x HTTP/1.1\""), "{text}");
        let json = line(target, None).format(times(), Format::Json);
        assert_eq!(json.lines().count(), 1);
        assert!(!json.trim_end().contains(|c: char| c.is_ascii_control() && c != '\u{7f}'), "{json}");
    }
}
