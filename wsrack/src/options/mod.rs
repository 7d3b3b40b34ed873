//! Options of an application: what was said ([`Options`]), and what it means ([`Settings`]).

mod build;
mod compression;
mod error;
mod nets;
pub(crate) mod origin;
mod origins;
mod proxies;
mod settings;
mod text;
pub(crate) mod units;
mod values;
#[cfg(feature = "cli")]
mod write;

pub use self::compression::Compression;
pub use self::error::OptionError;
pub use self::origins::Origins;
pub use self::proxies::TrustedProxies;
pub use self::settings::Settings;
pub use self::values::{Drafts, Rate, SlowClient};

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "cli")]
pub(crate) use self::error::nearest;
pub(crate) use self::settings::{is_token, is_token_byte};
#[cfg(feature = "cli")]
pub(crate) use self::text::NAMES as OPTION_NAMES;
use self::values::Switch;

/// What was said about how an application is served. A field about which nothing was said has no value, so that
/// several levels (the code, a file, the command line) merge field by field.
///
/// Set a field with the method of its name; read what all of it means with [`effective`](Options::effective).
///
#[doc = include_str!("../docs/options.md")]
///
/// ```
/// use std::time::Duration;
/// use wsrack::Options;
///
/// let code = Options::new().debug(true).max_message_size(1 << 20).ping_interval(Duration::from_secs(10));
/// let mut line = Options::new();
/// line.set("max_message_size", "64 KiB")?;
///
/// let settings = code.merge(line).resolve()?;
/// assert!(settings.debug);
/// assert_eq!(settings.max_message_size, 65_536);
/// # Ok::<(), wsrack::OptionError>(())
/// ```
#[must_use = "a method returns the options with its field set"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    debug: Option<bool>,
    trace: Option<bool>,
    max_message_size: Option<usize>,
    max_frame_size: Option<usize>,
    max_fragments: Option<usize>,
    max_stream_size: Option<u64>,
    send_queue: Option<usize>,
    slow_client: Option<SlowClient>,
    send_timeout: Option<Switch<Duration>>,
    ping_interval: Option<Switch<Duration>>,
    idle_timeout: Option<Switch<Duration>>,
    handshake_timeout: Option<Switch<Duration>>,
    close_timeout: Option<Switch<Duration>>,
    compression: Option<Switch<Compression>>,
    protocols: Option<Arc<[Box<str>]>>,
    origins: Option<Origins>,
    trusted_proxies: Option<TrustedProxies>,
    drafts: Option<Drafts>,
    max_connections: Option<Switch<usize>>,
    max_connections_per_ip: Option<Switch<usize>>,
    message_rate: Option<Switch<Rate>>,
}

impl Options {
    /// Options that say nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// These options, with what `over` sets in their place. A list replaces a list; it is not added to it.
    ///
    /// ```
    /// use wsrack::Options;
    ///
    /// let house = Options::new().max_fragments(16).send_queue(1 << 16);
    /// let merged = house.merge(Options::new().send_queue(1 << 20)).effective();
    /// assert_eq!((merged.max_fragments, merged.send_queue), (16, 1 << 20));
    /// ```
    pub fn merge(self, over: Self) -> Self {
        Self {
            debug: over.debug.or(self.debug),
            trace: over.trace.or(self.trace),
            max_message_size: over.max_message_size.or(self.max_message_size),
            max_frame_size: over.max_frame_size.or(self.max_frame_size),
            max_fragments: over.max_fragments.or(self.max_fragments),
            max_stream_size: over.max_stream_size.or(self.max_stream_size),
            send_queue: over.send_queue.or(self.send_queue),
            slow_client: over.slow_client.or(self.slow_client),
            send_timeout: over.send_timeout.or(self.send_timeout),
            ping_interval: over.ping_interval.or(self.ping_interval),
            idle_timeout: over.idle_timeout.or(self.idle_timeout),
            handshake_timeout: over.handshake_timeout.or(self.handshake_timeout),
            close_timeout: over.close_timeout.or(self.close_timeout),
            compression: over.compression.or(self.compression),
            protocols: over.protocols.or(self.protocols),
            origins: over.origins.or(self.origins),
            trusted_proxies: over.trusted_proxies.or(self.trusted_proxies),
            drafts: over.drafts.or(self.drafts),
            max_connections: over.max_connections.or(self.max_connections),
            max_connections_per_ip: over.max_connections_per_ip.or(self.max_connections_per_ip),
            message_rate: over.message_rate.or(self.message_rate),
        }
    }

    /// What these options mean: a value for every field, the default where nothing was said. Contradictions are not
    /// looked for; mounting an application has done so with [`check`](Options::check).
    pub fn effective(&self) -> Settings {
        Settings::new(self)
    }

    /// [`effective`](Options::effective), for options that pass [`check`](Options::check).
    ///
    /// # Errors
    ///
    /// Those of `check`.
    pub fn resolve(&self) -> Result<Settings, OptionError> {
        let settings = self.effective();
        settings.check().map(|()| settings)
    }

    /// Looks for values that make no sense, alone or together.
    ///
    /// # Errors
    ///
    /// A size, time, limit or rate of zero; a time beyond 24 days; `max_frame_size` above `max_message_size`, or
    /// that above `max_stream_size`; a `ping_interval` that is not shorter than `idle_timeout`; a level or a window of
    /// `compression` that there is not; a subprotocol that is no token or stands there twice; no draft.
    ///
    /// ```
    /// let error = wsrack::Options::new().max_frame_size(2 << 20).check().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "max_frame_size: 2 MiB is larger than max_message_size (1 MiB), and a frame is part of a message; \
    ///      raise max_message_size or lower max_frame_size"
    /// );
    /// ```
    pub fn check(&self) -> Result<(), OptionError> {
        self.effective().check()
    }
}

#[cfg(test)]
mod tests;
