//! The option `compression`.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{OptionError, units};
use crate::protocol::WINDOW_BITS;

/// How an application compresses: permessage-deflate, [RFC 7692](https://www.rfc-editor.org/rfc/rfc7692).
///
/// Only with clients that offer it, as browsers do. There are two ways:
///
/// | | [`shared`](Self::shared) | [`dedicated`](Self::dedicated) |
/// | --- | --- | --- |
/// | each message | by itself | refers to those before it |
/// | state | one for each worker thread | one for each connection |
/// | memory of an idle connection | none | 217 to 328 KiB to send, by the window, and 44 KiB to receive; each once it is used |
/// | a message for many | compressed once | compressed for each |
/// | good for | most; many connections | few connections with many small messages that are alike |
///
/// As text (`Options::set`, files, the command line) it is `shared` or `dedicated`, with settings behind commas:
/// `dedicated, level=3, server_max_window_bits=12`. In an attribute: `compression(shared, level = 3)`.
///
/// Compression tells the length of what is sent together. Do not let what an attacker chooses and what he must not
/// know into the same message, nor, with `dedicated`, into the same connection.
///
/// ```
/// use wsrack::{Compression, Options};
///
/// let code = Options::new().compression(Compression::shared().level(6).min_size(1024));
/// let mut line = Options::new();
/// line.set("compression", "shared, level=6, min_size=1 KiB")?;
/// assert_eq!(code, line);
/// # Ok::<(), wsrack::OptionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    pub(crate) is_dedicated: bool,
    pub(crate) level: u8,
    pub(crate) server_bits: Option<u8>,
    pub(crate) client_bits: Option<u8>,
    pub(crate) min_size: usize,
}

impl Compression {
    /// One compressor for each worker thread; each message is compressed by itself.
    ///
    /// An idle connection costs nothing more. Messages of less than 256 bytes are not compressed.
    pub const fn shared() -> Self {
        Self { is_dedicated: false, level: 3, server_bits: None, client_bits: None, min_size: 256 }
    }

    /// A compressor for each connection, which takes the context of a message over to the next.
    ///
    /// A connection that has sent and received holds 340 KB more than one without compression, as resident memory is
    /// counted (the mean of 1,000). Messages of less than 32 bytes are not compressed.
    pub const fn dedicated() -> Self {
        Self { is_dedicated: true, min_size: 32, ..Self::shared() }
    }

    /// How much work goes into it: 1 (fast) to 9 (small). Default: 3.
    #[must_use]
    pub const fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    /// Messages of fewer bytes are sent as they are. Default: 256, and 32 for [`dedicated`](Self::dedicated).
    #[must_use]
    pub const fn min_size(mut self, bytes: usize) -> Self {
        self.min_size = bytes;
        self
    }

    /// How far back what is sent may refer, as a power of two: 9 (512 bytes) to 15 (32 KiB), the default. A client may
    /// ask for less. Less compresses less, and takes less memory: with [`dedicated`](Self::dedicated) 328 KiB for each
    /// connection at 15, 262 at 14 and 217 from 12 down; and less for the client.
    #[must_use]
    pub const fn server_max_window_bits(mut self, bits: u8) -> Self {
        self.server_bits = Some(bits);
        self
    }

    /// How far back what is received may refer, as a power of two: 9 to 15, the default. Less takes less memory for the
    /// client; here it takes 44 KiB for each connection all the same, and none with [`shared`](Self::shared).
    ///
    /// A client that cannot be told (Firefox) is asked to refer to no earlier message at all.
    #[must_use]
    pub const fn client_max_window_bits(mut self, bits: u8) -> Self {
        self.client_bits = Some(bits);
        self
    }

    pub(super) fn check(self) -> Result<(), OptionError> {
        let window = |bits: Option<u8>| bits.is_none_or(|bits| WINDOW_BITS.contains(&bits));
        if !LEVELS.contains(&self.level) {
            return Err(OptionError::meaning("compression", LEVEL));
        }
        if window(self.server_bits) && window(self.client_bits) {
            Ok(())
        } else {
            Err(OptionError::meaning("compression", WINDOW))
        }
    }

    fn read(text: &str) -> Result<Self, Cow<'static, str>> {
        let mut parts = text.split(',').map(str::trim);
        let mut compression = match parts.next() {
            Some("shared" | "on") => Self::shared(),
            Some("dedicated") => Self::dedicated(),
            _ => return Err(MODE.into()),
        };
        let mut seen = Vec::new();
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = name.trim().replace('-', "_");
            compression = compression.set(&name, value.trim())?;
            if seen.contains(&name) {
                return Err(format!("`{name}` stands there twice").into());
            }
            seen.push(name);
        }
        Ok(compression)
    }

    fn set(self, name: &str, value: &str) -> Result<Self, Cow<'static, str>> {
        let within = |range: RangeInclusive<u8>, problem: &'static str| {
            value.parse().ok().filter(|number| range.contains(number)).ok_or(problem)
        };
        Ok(match name {
            "level" => self.level(within(LEVELS, LEVEL)?),
            "min_size" => self.min_size(usize::try_from(units::size(value)?).unwrap_or(usize::MAX)),
            "server_max_window_bits" => self.server_max_window_bits(within(WINDOW_BITS, WINDOW)?),
            "client_max_window_bits" => self.client_max_window_bits(within(WINDOW_BITS, WINDOW)?),
            _ => {
                let settings = "level, min_size, server_max_window_bits and client_max_window_bits";
                return Err(format!("there is no setting `{name}`; there are {settings}").into());
            }
        })
    }
}

/// Reads `shared` or `dedicated`, with settings behind commas.
///
/// # Errors
///
/// Anything else, answered with what would be right.
impl FromStr for Compression {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        Self::read(text.trim()).map_err(|problem| OptionError::unreadable("compression", text, &problem))
    }
}

const LEVELS: RangeInclusive<u8> = 1..=9;

const MODE: &str =
    "write `off`, `shared` or `dedicated`, with settings behind commas: `shared, level=3, min_size=256 B`";
const LEVEL: &str = "a level is 1 (fast) to 9 (small): `level=3`";
const WINDOW: &str = "a window is 9 (512 bytes) to 15 (32 KiB): `server_max_window_bits=12`";
