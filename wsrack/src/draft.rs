//! Which WebSocket protocol a connection speaks.

use std::{fmt, str::FromStr};

/// A version of the WebSocket protocol, from the first Internet drafts to RFC 6455.
///
/// Sources: [hixie-75](https://datatracker.ietf.org/doc/html/draft-hixie-thewebsocketprotocol-75) and
/// [hixie-76](https://datatracker.ietf.org/doc/html/draft-hixie-thewebsocketprotocol-76), hybi-00 to hybi-17 from
/// [the first](https://datatracker.ietf.org/doc/html/draft-ietf-hybi-thewebsocketprotocol-00) to
/// [the last](https://datatracker.ietf.org/doc/html/draft-ietf-hybi-thewebsocketprotocol-17), and
/// [RFC 6455](https://www.rfc-editor.org/rfc/rfc6455).
///
/// Ordered by age: `draft >= Draft::Hybi07` asks for "masked payloads and today's opcodes".
/// Drafts that cannot be told apart on the wire share a variant: hybi-08 to hybi-12 all say version 8,
/// hybi-13 to hybi-17 are RFC 6455.
///
/// # What each can do
///
/// | draft | handshake proves with | client masks | binary, ping | close | text that is not UTF-8 |
/// | --- | --- | --- | --- | --- | --- |
/// | hixie-75 | nothing | no | no | the end of the stream | U+FFFD |
/// | hixie-76 | two keys, 8 bytes, MD5 | no | no | a frame without a code | U+FFFD |
/// | hybi-01, -02 | as hixie-76 | no | yes | a frame without a code | U+FFFD |
/// | hybi-03 | as hixie-76 | no | yes | the answer repeats the body | U+FFFD |
/// | hybi-04 | a key and a nonce, SHA-1 | the frame, with a SHA-1 each | yes | the answer repeats the body | U+FFFD |
/// | hybi-05 | a key, SHA-1 | the frame | yes | the answer repeats the body | U+FFFD |
/// | hybi-06 | a key, SHA-1 | the frame | yes | codes 1000–1004, 3000–4999 | U+FFFD |
/// | hybi-07 | a key, SHA-1 | the payload | yes | the same codes | U+FFFD |
/// | hybi-08 | a key, SHA-1 | the payload | yes | 1007 too | ends it with 1007 |
/// | RFC 6455 | a key, SHA-1 | the payload | yes | 1008 and later too | ends it with 1007 |
///
/// [`Close`](crate::Close) tells how each ends, to the letter. What a draft does not have is
/// [`SendError::Unsupported`](crate::SendError::Unsupported); a topic's binary messages pass its subscribers by.
/// Without pings there is neither keepalive nor idle time-out (TCP's keepalive stands in), but a client that stops
/// within a frame is not waited for longer than `idle_timeout`.
///
/// # Why the older ones have to be asked for
///
/// A route takes versions 13, 8 and 7 unless its option `drafts` says otherwise, for
///
/// - **hixie-75 to hybi-03 do not mask.** A page can have a browser send bytes of its choice through a proxy that does
///   not understand the upgrade; they may read like a request to another site, whose answer the proxy then keeps for
///   everybody. Browsers gave these drafts up for that, and nothing that a server does helps.
/// - **hixie-75 proves nothing.** Any cross-site request with the right two fields is a handshake; what is left is the
///   [origin](crate::Origins). hixie-76 to hybi-03 prove that the server has read the request, with MD5.
/// - **hybi-04 costs a SHA-1 a frame**, however small: give such a route a `message_rate`.
/// - **Before hybi-10 broken text comes through**, with U+FFFD in place of what is wrong: 1007 protects nobody there.
///
/// A request that names a version is of that version or refused; none falls back to an older draft.
///
/// # Examples
///
/// ```
/// use wsrack::Draft;
///
/// let draft: Draft = "hybi-00".parse()?;
/// assert_eq!(draft, Draft::Hixie76);
/// assert_eq!(draft.version(), None);
/// assert!(!draft.has_ping());
/// assert_eq!(Draft::Rfc6455.version(), Some(13));
/// # Ok::<(), wsrack::ParseDraftError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Draft {
    /// hixie-75, February 2010: a fixed handshake without a key, text only, no closing handshake.
    Hixie75,
    /// hixie-76, also called hybi-00, May 2010: two keys and eight bytes after the head, text only.
    #[doc(alias = "hybi-00")]
    Hixie76,
    /// hybi-01, August 2010: frames with lengths and opcodes; binary, ping and pong.
    Hybi01,
    /// hybi-02, September 2010: `Sec-WebSocket-Draft: 2`.
    Hybi02,
    /// hybi-03, October 2010: the answer to a close repeats its body.
    Hybi03,
    /// hybi-04, January 2011, version 4: today's handshake; frames masked with SHA-1.
    Hybi04,
    /// hybi-05, February 2011, version 5: a four-byte mask over the whole frame.
    Hybi05,
    /// hybi-06, February 2011, version 6: close codes.
    Hybi06,
    /// hybi-07, April 2011, version 7: today's opcodes and frames.
    Hybi07,
    /// hybi-08 to hybi-12, June to August 2011, version 8.
    Hybi08,
    /// RFC 6455 and hybi-13 to hybi-17, version 13: what every browser speaks today.
    Rfc6455,
}

impl Draft {
    /// Every draft, oldest first.
    pub const ALL: &'static [Self] = &[
        Self::Hixie75,
        Self::Hixie76,
        Self::Hybi01,
        Self::Hybi02,
        Self::Hybi03,
        Self::Hybi04,
        Self::Hybi05,
        Self::Hybi06,
        Self::Hybi07,
        Self::Hybi08,
        Self::Rfc6455,
    ];

    /// The number in `Sec-WebSocket-Version`; `None` before hybi-04, which had no such field.
    pub const fn version(self) -> Option<u8> {
        match self {
            Self::Hixie75 | Self::Hixie76 | Self::Hybi01 | Self::Hybi02 | Self::Hybi03 => None,
            Self::Hybi04 => Some(4),
            Self::Hybi05 => Some(5),
            Self::Hybi06 => Some(6),
            Self::Hybi07 => Some(7),
            Self::Hybi08 => Some(8),
            Self::Rfc6455 => Some(13),
        }
    }

    /// Whether there are pings and pongs: in all but hixie-75 and hixie-76.
    pub const fn has_ping(self) -> bool {
        !matches!(self, Self::Hixie75 | Self::Hixie76)
    }

    /// Whether there are binary messages: in all but hixie-75 and hixie-76.
    pub const fn has_binary(self) -> bool {
        !matches!(self, Self::Hixie75 | Self::Hixie76)
    }

    /// Whether a close frame carries a code and a reason: from hybi-06 on.
    pub const fn has_close_code(self) -> bool {
        matches!(self, Self::Hybi06 | Self::Hybi07 | Self::Hybi08 | Self::Rfc6455)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Hixie75 => "hixie-75",
            Self::Hixie76 => "hixie-76",
            Self::Hybi01 => "hybi-01",
            Self::Hybi02 => "hybi-02",
            Self::Hybi03 => "hybi-03",
            Self::Hybi04 => "hybi-04",
            Self::Hybi05 => "hybi-05",
            Self::Hybi06 => "hybi-06",
            Self::Hybi07 => "hybi-07",
            Self::Hybi08 => "hybi-08",
            Self::Rfc6455 => "rfc6455",
        }
    }
}

/// Writes the name that [`FromStr`] reads: `hixie-76`, `hybi-08`, `rfc6455`.
impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads a name (`hixie-76`, `hybi-08`, `rfc6455`, in any case) or the number alone (`76`, `8`, `13`).
///
/// # Errors
///
/// Anything else, also the bare numbers 9 to 12: they name drafts (`hybi-09` is read), but as versions
/// they were reserved and never used on the wire.
impl FromStr for Draft {
    type Err = ParseDraftError;

    fn from_str(s: &str) -> Result<Self, ParseDraftError> {
        let name = s.to_ascii_lowercase();
        Ok(match name.as_str() {
            "75" | "hixie-75" => Self::Hixie75,
            "76" | "hixie-76" | "0" | "00" | "hybi-0" | "hybi-00" => Self::Hixie76,
            "1" | "01" | "hybi-1" | "hybi-01" => Self::Hybi01,
            "2" | "02" | "hybi-2" | "hybi-02" => Self::Hybi02,
            "3" | "03" | "hybi-3" | "hybi-03" => Self::Hybi03,
            "4" | "04" | "hybi-4" | "hybi-04" => Self::Hybi04,
            "5" | "05" | "hybi-5" | "hybi-05" => Self::Hybi05,
            "6" | "06" | "hybi-6" | "hybi-06" => Self::Hybi06,
            "7" | "07" | "hybi-7" | "hybi-07" => Self::Hybi07,
            "8" | "08" | "hybi-8" | "hybi-08" | "hybi-9" | "hybi-09" | "hybi-10" | "hybi-11" | "hybi-12" => {
                Self::Hybi08
            }
            "13" | "hybi-13" | "hybi-14" | "hybi-15" | "hybi-16" | "hybi-17" | "rfc6455" | "rfc-6455" => {
                Self::Rfc6455
            }
            _ => return Err(ParseDraftError),
        })
    }
}

/// The error of reading a [`Draft`] from text that names none.
///
/// # Examples
///
/// ```
/// use wsrack::{Draft, ParseDraftError};
///
/// assert_eq!("hybi-18".parse::<Draft>(), Err(ParseDraftError));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a WebSocket draft: expected hixie-75, hixie-76, hybi-00 to hybi-17, rfc6455, or a version number such as 13"
)]
pub struct ParseDraftError;

#[cfg(test)]
mod tests {
    use super::{Draft, ParseDraftError};

    #[test]
    fn each_name_reads_back() {
        for &draft in Draft::ALL {
            assert_eq!(draft.to_string().parse(), Ok(draft));
            assert_eq!(draft.to_string().to_uppercase().parse(), Ok(draft));
        }
    }

    #[test]
    fn each_version_number_reads_back() {
        for draft in Draft::ALL {
            if let Some(version) = draft.version() {
                assert_eq!(version.to_string().parse(), Ok(*draft));
            }
        }
    }

    #[test]
    fn drafts_that_share_a_wire_form_share_a_variant() {
        for (names, draft) in [
            (&["76", "hixie-76", "hybi-00", "0"][..], Draft::Hixie76),
            (&["8", "hybi-08", "hybi-09", "hybi-10", "hybi-11", "hybi-12"], Draft::Hybi08),
            (&["13", "hybi-13", "hybi-17", "rfc6455", "RFC-6455"], Draft::Rfc6455),
        ] {
            for name in names {
                assert_eq!(name.parse(), Ok(draft), "{name}");
            }
        }
    }

    #[test]
    fn reserved_versions_and_nonsense_are_refused() {
        for name in ["9", "10", "11", "12", "14", "hybi-18", "hixie-74", "", " 13", "latest"] {
            assert_eq!(name.parse::<Draft>(), Err(ParseDraftError), "{name:?}");
        }
    }

    #[test]
    fn abilities_come_with_their_drafts() {
        let first = |has: fn(Draft) -> bool| Draft::ALL.iter().copied().find(|&draft| has(draft));
        assert_eq!(first(Draft::has_ping), Some(Draft::Hybi01));
        assert_eq!(first(Draft::has_binary), Some(Draft::Hybi01));
        assert_eq!(first(Draft::has_close_code), Some(Draft::Hybi06));
        assert_eq!(first(|draft| draft.version().is_some()), Some(Draft::Hybi04));
    }

    #[test]
    fn all_is_complete_and_ordered_by_age() {
        assert_eq!(Draft::ALL.len(), 11);
        assert!(Draft::ALL.is_sorted());
        assert_eq!(size_of::<Option<Draft>>(), 1);
    }
}
