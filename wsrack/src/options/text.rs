//! Options as text: `--option key=value`, configuration files, attributes.

use std::time::Duration;

use super::values::Switch;
use super::{Compression, Drafts, OptionError, Options, Rate, SlowClient, units};
use crate::draft::Draft;

pub(crate) const NAMES: [&str; 21] = [
    "debug",
    "trace",
    "max_message_size",
    "max_frame_size",
    "max_fragments",
    "max_stream_size",
    "send_queue",
    "slow_client",
    "send_timeout",
    "ping_interval",
    "idle_timeout",
    "handshake_timeout",
    "close_timeout",
    "compression",
    "protocols",
    "origins",
    "trusted_proxies",
    "drafts",
    "max_connections",
    "max_connections_per_ip",
    "message_rate",
];

impl Options {
    /// Sets one option from text, as a command line or a configuration file has it.
    ///
    /// | kind | forms |
    /// | --- | --- |
    /// | sizes | `1 MiB`, `64KiB`, `256 B`, `1048576` |
    /// | times | `25s`, `500ms`, `2m`, `1h`, `off` |
    /// | counts | `4096`; for limits also `off` |
    /// | rates | `100/s`, `600/m`, `5000/h`, `off` |
    /// | switches | `on`, `off`, `true`, `false` |
    /// | lists | `chat, superchat` |
    /// | `slow_client` | `close`, `drop` |
    /// | `compression` | `off`, `shared`, `dedicated`, with settings behind commas: `shared, level=3, min_size=256 B` |
    /// | `origins` | `same`, `any`, or a list of origins and patterns |
    /// | `trusted_proxies` | `none`, or a list of addresses, nets and the word `unix`: `127.0.0.1, 10.0.0.0/8` |
    /// | `drafts` | `all`, or a list of names and versions: `13, 8, hybi-03, hixie-76` |
    ///
    /// A name may be written with `-` in place of `_`.
    ///
    /// # Errors
    ///
    /// An unknown name, answered with the one that was probably meant and all there are; a value that cannot be
    /// read, answered with what would be right. Nothing is set then.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut options = wsrack::Options::new();
    /// options.set("max-message-size", "64 KiB")?;
    /// options.set("ping_interval", "off")?;
    /// options.set("origins", "https://example.com, https://*.example.com")?;
    /// assert_eq!(options.effective().max_message_size, 65_536);
    /// # Ok::<(), wsrack::OptionError>(())
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let key = name.trim().replace('-', "_");
        let given = Given { key: &key, value: value.trim() };
        match key.as_str() {
            "debug" => self.debug = Some(given.read(units::switch)?),
            "trace" => self.trace = Some(given.read(units::switch)?),
            "max_message_size" => self.max_message_size = Some(given.size()?),
            "max_frame_size" => self.max_frame_size = Some(given.size()?),
            "max_fragments" => self.max_fragments = Some(given.read(count)?),
            "max_stream_size" => self.max_stream_size = Some(given.read(units::size)?),
            "send_queue" => self.send_queue = Some(given.size()?),
            "slow_client" => self.slow_client = Some(given.read(slow_client)?),
            "send_timeout" => self.send_timeout = Some(given.time()?),
            "ping_interval" => self.ping_interval = Some(given.time()?),
            "idle_timeout" => self.idle_timeout = Some(given.time()?),
            "handshake_timeout" => self.handshake_timeout = Some(given.time()?),
            "close_timeout" => self.close_timeout = Some(given.time()?),
            "compression" => self.compression = Some(given.compression()?),
            "protocols" => self.protocols = Some(list(value).map(Box::from).collect()),
            "origins" => self.origins = Some(value.parse()?),
            "trusted_proxies" => self.trusted_proxies = Some(value.parse()?),
            "drafts" => self.drafts = Some(given.drafts()?),
            "max_connections" => self.max_connections = Some(given.limit(count)?),
            "max_connections_per_ip" => self.max_connections_per_ip = Some(given.limit(count)?),
            "message_rate" => self.message_rate = Some(given.limit(rate)?),
            _ => return Err(OptionError::unknown(name.trim(), &NAMES)),
        }
        Ok(())
    }
}

/// One option as it was given.
#[derive(Clone, Copy)]
struct Given<'a> {
    key: &'a str,
    value: &'a str,
}

impl Given<'_> {
    fn read<T>(self, parse: impl FnOnce(&str) -> Result<T, &'static str>) -> Result<T, OptionError> {
        parse(self.value).map_err(|problem| self.error(problem))
    }

    fn size(self) -> Result<usize, OptionError> {
        usize::try_from(self.read(units::size)?).map_err(|_| self.error("more than this machine can address"))
    }

    fn time(self) -> Result<Switch<Duration>, OptionError> {
        self.read(units::duration).map(Switch::from)
    }

    fn limit<T>(self, parse: fn(&str) -> Result<T, &'static str>) -> Result<Switch<T>, OptionError> {
        if self.value == "off" { Ok(Switch::Off) } else { self.read(parse).map(Switch::On) }
    }

    fn compression(self) -> Result<Switch<Compression>, OptionError> {
        if self.value == "off" { Ok(Switch::Off) } else { self.value.parse().map(Switch::On) }
    }

    fn drafts(self) -> Result<Drafts, OptionError> {
        if self.value == "all" {
            return Ok(Drafts::ALL);
        }
        list(self.value).map(|name| self.draft(name)).collect()
    }

    /// By version number or by name.
    fn draft(self, name: &str) -> Result<Draft, OptionError> {
        let all = Drafts::ALL;
        name.parse().map_err(|_| self.error(&format!("{name} is no draft; write `all`, or of these: {all}")))
    }

    fn error(self, problem: &str) -> OptionError {
        OptionError::unreadable(self.key, self.value, problem)
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn count(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "not a count; write a whole number: `4096`")
}

fn rate(text: &str) -> Result<Rate, &'static str> {
    units::rate(text).map(|(messages, per)| Rate::new(messages, per))
}

fn slow_client(text: &str) -> Result<SlowClient, &'static str> {
    match text {
        "close" => Ok(SlowClient::Close),
        "drop" => Ok(SlowClient::Drop),
        _ => Err("write `close` or `drop`"),
    }
}
