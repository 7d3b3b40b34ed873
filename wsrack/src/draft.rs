//! The drafts of the WebSocket protocol by name.

use std::fmt;
use std::str::FromStr;

/// A draft of the WebSocket protocol, oldest first.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Draft {
    /// draft-hixie-thewebsocketprotocol-75
    Hixie75,
    /// draft-hixie-thewebsocketprotocol-76, the same as hybi-00
    Hixie76,
    /// draft-ietf-hybi-thewebsocketprotocol-01
    Hybi01,
    /// draft-ietf-hybi-thewebsocketprotocol-02
    Hybi02,
    /// draft-ietf-hybi-thewebsocketprotocol-03
    Hybi03,
    /// draft-ietf-hybi-thewebsocketprotocol-04
    Hybi04,
    /// draft-ietf-hybi-thewebsocketprotocol-05
    Hybi05,
    /// draft-ietf-hybi-thewebsocketprotocol-06
    Hybi06,
    /// draft-ietf-hybi-thewebsocketprotocol-07
    Hybi07,
    /// draft-ietf-hybi-thewebsocketprotocol-08 to -12, which share one version number
    Hybi08,
    /// RFC 6455, version 13
    Rfc6455,
}

impl Draft {
    /// The number that stands in `Sec-WebSocket-Version`, for the drafts that have that field.
    pub fn version(self) -> Option<u8> {
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

    fn name(self) -> &'static str {
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

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No draft has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no draft has that name")]
pub struct UnknownDraft;

impl FromStr for Draft {
    type Err = UnknownDraft;

    fn from_str(text: &str) -> Result<Self, UnknownDraft> {
        const ALL: [Draft; 11] = [
            Draft::Hixie75,
            Draft::Hixie76,
            Draft::Hybi01,
            Draft::Hybi02,
            Draft::Hybi03,
            Draft::Hybi04,
            Draft::Hybi05,
            Draft::Hybi06,
            Draft::Hybi07,
            Draft::Hybi08,
            Draft::Rfc6455,
        ];
        ALL.into_iter().find(|draft| draft.name() == text).ok_or(UnknownDraft)
    }
}
