//! The small types that some options take.

use std::fmt;
use std::time::Duration;

use crate::draft::Draft;

/// What happens to a message for which [`send_queue`](super::Options::send_queue) has no room, because the client
/// takes no more bytes.
///
/// ```
/// use wsrack::{Options, SlowClient};
///
/// let options = Options::new().send_queue(64 << 10).slow_client(SlowClient::Drop);
/// assert_eq!(options.effective().slow_client, SlowClient::Drop);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlowClient {
    /// The connection closes with 1008.
    #[default]
    Close,
    /// The message is dropped and counted; the connection stays.
    Drop,
}

/// How many messages a client may send in a stretch of time.
///
/// The first stretch begins with the connection, each other one with the first message after the end of the one before:
/// two full ones may follow each other closely.
///
/// ```
/// use std::time::Duration;
/// use wsrack::Rate;
///
/// assert_eq!(Rate::per_second(100), Rate::new(100, Duration::from_secs(1)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    messages: u32,
    per: Duration,
}

impl Rate {
    /// `messages` in each stretch of `per`.
    pub const fn new(messages: u32, per: Duration) -> Self {
        Self { messages, per }
    }

    /// `messages` a second.
    pub const fn per_second(messages: u32) -> Self {
        Self::new(messages, Duration::from_secs(1))
    }

    /// How many messages.
    pub const fn messages(self) -> u32 {
        self.messages
    }

    /// In how long.
    pub const fn per(self) -> Duration {
        self.per
    }
}

/// A set of drafts that a route takes. [`Draft`] says what each can do, and why only the newest are the default.
///
/// ```
/// use wsrack::{Draft, Drafts};
///
/// let drafts: Drafts = [Draft::Hybi07, Draft::Rfc6455].into_iter().collect();
/// assert!(drafts.contains(Draft::Rfc6455));
/// assert_eq!(drafts.to_string(), "13, 7");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Drafts(u16);

impl Drafts {
    /// Every draft.
    pub const ALL: Self = Self((1 << Self::ORDER.len()) - 1);

    /// The place of a draft is its bit in the set. Newest first, the order of a version list.
    const ORDER: [Draft; 11] = [
        Draft::Rfc6455,
        Draft::Hybi08,
        Draft::Hybi07,
        Draft::Hybi06,
        Draft::Hybi05,
        Draft::Hybi04,
        Draft::Hybi03,
        Draft::Hybi02,
        Draft::Hybi01,
        Draft::Hixie76,
        Draft::Hixie75,
    ];

    /// Whether `draft` is in the set.
    pub fn contains(self, draft: Draft) -> bool {
        self.iter().any(|other| other == draft)
    }

    /// Whether the set has no draft at all.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The drafts of the set, newest first.
    pub fn iter(self) -> impl Iterator<Item = Draft> {
        Self::ORDER
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, draft)| draft)
    }
}

impl Default for Drafts {
    /// Versions 13, 8 and 7.
    fn default() -> Self {
        Self(0b111)
    }
}

impl IntoIterator for Drafts {
    type Item = Draft;
    type IntoIter = std::vec::IntoIter<Draft>;

    /// The drafts of the set, newest first.
    fn into_iter(self) -> Self::IntoIter {
        self.iter().collect::<Vec<_>>().into_iter()
    }
}

impl FromIterator<Draft> for Drafts {
    fn from_iter<I: IntoIterator<Item = Draft>>(drafts: I) -> Self {
        let bit = |draft| Self::ORDER.iter().position(|other| *other == draft).map_or(0, |bit| 1 << bit);
        Self(drafts.into_iter().fold(0, |set, draft| set | bit(draft)))
    }
}

impl fmt::Display for Drafts {
    /// Version numbers where there are some, else names, as the option is written: `13, 8, 7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, draft) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            match draft.version() {
                Some(version) => write!(f, "{version}")?,
                None => write!(f, "{draft}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Drafts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A value that can be switched off: what a field holds once something was said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch<T> {
    Off,
    On(T),
}

impl<T> From<Option<T>> for Switch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Off, Self::On)
    }
}

impl<T> Switch<T> {
    pub(super) fn get(self) -> Option<T> {
        match self {
            Self::Off => None,
            Self::On(value) => Some(value),
        }
    }
}
