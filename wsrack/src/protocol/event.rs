//! What a client's bytes say.

use std::fmt;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::close::CloseCode;

/// One thing that the client said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole text message.
    Text(Utf8Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// A message of this kind begins that is handed on as it arrives: see [`Streams`](crate::Streams).
    Start(Kind),
    /// The next piece of it, of whatever length. Text is valid so far, but may be cut within a character.
    Piece(Bytes),
    /// It is complete.
    End,
    /// A ping; the answer is a pong with the same bytes.
    Ping(Bytes),
    /// A pong, asked for or not.
    Pong(Bytes),
    /// A close frame, with a code and a reason or without. Nothing comes after it.
    Close(Option<CloseFrame>),
}

/// What a close frame may carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFrame {
    /// The code, always [valid on the wire](CloseCode::is_valid_on_wire).
    pub code: CloseCode,
    /// The reason; at most 123 bytes, often empty.
    pub reason: Utf8Bytes,
}

/// The two kinds of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// Bytes without a meaning of their own.
    Binary,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Binary => "binary",
        })
    }
}
