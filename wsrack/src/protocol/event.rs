//! What a client's bytes say.

use std::fmt;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::close::CloseCode;

/// One thing that the client said.
///
/// # Examples
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use wsrack::Limits;
/// use wsrack::protocol::{Codec, Event};
///
/// let mut input = BytesMut::from(&b"\x89\x82\0\0\0\0hi\x88\x80\0\0\0\0"[..]); // a ping and a close
/// let (mut codec, limits) = (Codec::rfc6455(), Limits::default());
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::Ping(Bytes::from("hi"))));
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::Close(None)));
/// # Ok::<(), wsrack::protocol::ProtocolError>(())
/// ```
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
///
/// # Examples
///
/// ```
/// use wsrack::CloseCode;
/// use wsrack::protocol::CloseFrame;
///
/// let frame = CloseFrame { code: CloseCode::NORMAL, reason: "thanks".into() };
/// assert_eq!(frame.reason, "thanks");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFrame {
    /// The code, always [valid on the wire](CloseCode::is_valid_on_wire).
    pub code: CloseCode,
    /// The reason; at most 123 bytes, often empty.
    pub reason: Utf8Bytes,
}

/// The two kinds of message.
///
/// # Examples
///
/// ```
/// use wsrack::Message;
/// use wsrack::protocol::Kind;
///
/// assert_eq!(Message::from("hello").kind(), Kind::Text);
/// assert_eq!(Kind::Binary.to_string(), "binary");
/// ```
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
