//! What the options mean: every field has its value.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::values::Switch;
use super::{Compression, Drafts, OptionError, Options, Origins, Rate, SlowClient, TrustedProxies};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// [`Options`] with the default in every field about which nothing was said.
///
/// A field is what the method of [`Options`] of its name sets; sizes are in bytes. A time or a limit that is `None` is
/// switched off. A clone shares the lists and costs little.
///
/// ```
/// use std::time::Duration;
/// use wsrack::Options;
///
/// let settings = Options::new().send_queue(64 << 10).effective();
/// assert_eq!(settings.send_queue, 64 << 10);
/// assert_eq!(settings.idle_timeout, Some(Duration::from_mins(1)));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each field is documented where it is set, at the method of `Options` of that name"
)]
pub struct Settings {
    pub debug: bool,
    pub trace: bool,
    pub max_message_size: usize,
    pub max_frame_size: usize,
    pub max_fragments: usize,
    pub max_stream_size: u64,
    pub send_queue: usize,
    pub slow_client: SlowClient,
    pub send_timeout: Option<Duration>,
    pub ping_interval: Option<Duration>,
    pub idle_timeout: Option<Duration>,
    pub handshake_timeout: Option<Duration>,
    pub close_timeout: Option<Duration>,
    pub compression: Option<Compression>,
    pub protocols: Arc<[Box<str>]>,
    pub origins: Origins,
    pub trusted_proxies: TrustedProxies,
    pub drafts: Drafts,
    pub max_connections: Option<usize>,
    pub max_connections_per_ip: Option<usize>,
    pub message_rate: Option<Rate>,
}

impl Settings {
    pub(super) fn new(options: &Options) -> Self {
        let max_message_size = options.max_message_size.unwrap_or(MIB);
        let idle_timeout = or_default(options.idle_timeout, Some(Duration::from_mins(1)));
        // So that a shorter idle time-out alone is no contradiction.
        let ping_default = idle_timeout.map_or(Duration::MAX, |idle| idle / 2).min(Duration::from_secs(25));
        Self {
            debug: options.debug.unwrap_or(false),
            trace: options.trace.unwrap_or(false),
            max_message_size,
            max_frame_size: options.max_frame_size.unwrap_or(max_message_size),
            max_fragments: options.max_fragments.unwrap_or(4096),
            max_stream_size: options.max_stream_size.unwrap_or_else(|| wide(max_message_size.max(64 * MIB))),
            send_queue: options.send_queue.unwrap_or(MIB),
            slow_client: options.slow_client.unwrap_or_default(),
            send_timeout: or_default(options.send_timeout, Some(Duration::from_secs(30))),
            ping_interval: or_default(options.ping_interval, Some(ping_default)),
            idle_timeout,
            handshake_timeout: or_default(options.handshake_timeout, Some(Duration::from_secs(10))),
            close_timeout: or_default(options.close_timeout, Some(Duration::from_secs(5))),
            compression: or_default(options.compression, None),
            protocols: options.protocols.clone().unwrap_or_default(),
            origins: options.origins.clone().unwrap_or_default(),
            trusted_proxies: options.trusted_proxies.clone().unwrap_or_default(),
            drafts: options.drafts.unwrap_or_default(),
            max_connections: or_default(options.max_connections, None),
            max_connections_per_ip: or_default(options.max_connections_per_ip, None),
            message_rate: or_default(options.message_rate, None),
        }
    }

    pub(super) fn check(&self) -> Result<(), OptionError> {
        self.check_sizes()?;
        self.check_times()?;
        self.check_limits()?;
        self.compression.map_or(Ok(()), Compression::check)?;
        self.check_drafts()?;
        self.check_protocols()
    }

    fn check_sizes(&self) -> Result<(), OptionError> {
        let zero = [
            ("max_message_size", self.max_message_size, "no message would fit; the least is 1 B"),
            ("max_frame_size", self.max_frame_size, "no frame would fit; the least is 1 B"),
            ("max_fragments", self.max_fragments, "no message would fit; 1 refuses fragmented messages"),
            ("send_queue", self.send_queue, "nothing could be sent; the least is 1 B"),
        ];
        if let Some((option, _, problem)) = zero.into_iter().find(|(_, value, _)| *value == 0) {
            return Err(OptionError::meaning(option, format_args!("with 0 {problem}")));
        }
        let (frame, message) = (Size(wide(self.max_frame_size)), Size(wide(self.max_message_size)));
        if frame.0 > message.0 {
            let problem = format_args!(
                "{frame} is larger than max_message_size ({message}), and a frame is part of a message; \
                 raise max_message_size or lower max_frame_size"
            );
            return Err(OptionError::meaning("max_frame_size", problem));
        }
        let stream = Size(self.max_stream_size);
        if stream.0 < message.0 {
            let problem = format_args!(
                "{stream} is smaller than max_message_size ({message}), and a streamed message may be longer than \
                 one held in memory; raise max_stream_size or lower max_message_size"
            );
            return Err(OptionError::meaning("max_stream_size", problem));
        }
        Ok(())
    }

    fn check_times(&self) -> Result<(), OptionError> {
        let times = [
            ("send_timeout", self.send_timeout),
            ("ping_interval", self.ping_interval),
            ("idle_timeout", self.idle_timeout),
            ("handshake_timeout", self.handshake_timeout),
            ("close_timeout", self.close_timeout),
        ];
        for (option, time) in times.into_iter().filter_map(|(option, time)| time.map(|time| (option, time))) {
            if time.is_zero() {
                return Err(OptionError::meaning(option, "0 is no time; `off` switches it off"));
            }
            if time > LONGEST {
                return Err(OptionError::meaning(option, "more than 24 days; `off` switches it off"));
            }
        }
        match (self.ping_interval, self.idle_timeout) {
            (Some(ping), Some(idle)) if ping >= idle => {
                let problem = format_args!(
                    "{ping:?} is not shorter than idle_timeout ({idle:?}), so a quiet client would be cut before \
                     it is asked; lower ping_interval or raise idle_timeout"
                );
                Err(OptionError::meaning("ping_interval", problem))
            }
            _ => Ok(()),
        }
    }

    fn check_limits(&self) -> Result<(), OptionError> {
        let limits = [
            ("max_connections", self.max_connections),
            ("max_connections_per_ip", self.max_connections_per_ip),
        ];
        if let Some((option, _)) = limits.into_iter().find(|(_, limit)| *limit == Some(0)) {
            return Err(OptionError::meaning(
                option,
                "with 0 nobody could connect; `off` takes the limit away",
            ));
        }
        match self.message_rate {
            Some(rate) if rate.messages() == 0 || rate.per().is_zero() => Err(OptionError::meaning(
                "message_rate",
                "0 messages, or any number in no time, is no rate; `off` takes the limit away",
            )),
            _ => Ok(()),
        }
    }

    fn check_drafts(&self) -> Result<(), OptionError> {
        if self.drafts.is_empty() {
            let problem = "the list is empty, so nobody could connect; write `13`";
            return Err(OptionError::meaning("drafts", problem));
        }
        Ok(())
    }

    fn check_protocols(&self) -> Result<(), OptionError> {
        if let Some(name) = self.protocols.iter().find(|name| !is_token(name)) {
            return Err(OptionError::meaning(
                "protocols",
                format_args!("{name:?} is not a name; use letters, digits and !#$%&'*+-.^_`|~"),
            ));
        }
        let mut seen = HashSet::new();
        match self.protocols.iter().find(|name| !seen.insert(*name)) {
            Some(name) => {
                Err(OptionError::meaning("protocols", format_args!("{name:?} stands in the list twice")))
            }
            None => Ok(()),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Options::new().effective()
    }
}

/// A connection's clock counts milliseconds in 32 bits; it wraps, and cannot tell longer times from past ones.
const LONGEST: Duration = Duration::from_hours(24 * 24);

fn or_default<T>(field: Option<Switch<T>>, default: Option<T>) -> Option<T> {
    field.map_or(default, Switch::get)
}

/// A token of RFC 9110, 5.6.2: what may name a subprotocol.
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_token_byte)
}

pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

pub(super) fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// A number of bytes in the largest unit that divides it.
pub(super) struct Size(pub(super) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        if bytes.is_multiple_of(wide(MIB)) {
            write!(f, "{} MiB", bytes / wide(MIB))
        } else if bytes.is_multiple_of(wide(KIB)) {
            write!(f, "{} KiB", bytes / wide(KIB))
        } else {
            write!(f, "{bytes} B")
        }
    }
}
