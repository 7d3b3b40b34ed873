//! What one client may send.

/// How much one message may cost its receiver.
///
/// What goes beyond closes the connection with [`CloseCode::SIZE`](crate::CloseCode::SIZE), as soon as a
/// frame header announces it and before the bytes are stored.
///
/// ```
/// let chat = wsrack::Limits { max_message_size: 16 * 1024, ..Default::default() };
/// assert_eq!(chat.max_frame_size, 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole message, all its fragments together. Default: 1 MiB.
    pub max_message_size: usize,
    /// Payload bytes of one text, binary or continuation frame. Default: 1 MiB.
    pub max_frame_size: usize,
    /// Frames of one message, empty ones too. Default: 4096.
    pub max_fragments: u32,
    /// Messages that are handed on as they arrive. Default: none.
    pub streams: Streams,
}

/// Which messages are handed on in pieces as they arrive, not collected, and how long they may be.
///
/// Of the other limits none holds for them: nothing of them is kept.
///
/// What goes beyond `max_size` closes with [`CloseCode::SIZE`](crate::CloseCode::SIZE).
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::protocol::{Codec, Event, Kind};
/// use wsrack::{Limits, Streams};
///
/// let streams = Streams { text: true, binary: false, max_size: 1 << 30 };
/// let limits = Limits { streams, ..Limits::default() };
/// let mut input = BytesMut::from(&b"\x81\x82\0\0\0\0hi"[..]);
/// let mut codec = Codec::rfc6455();
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::Start(Kind::Text)));
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::Piece("hi".into())));
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::End));
/// # Ok::<(), wsrack::protocol::ProtocolError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    /// Text messages are.
    pub text: bool,
    /// Binary messages are.
    pub binary: bool,
    /// Bytes of a whole message.
    pub max_size: u64,
}

impl Streams {
    /// All messages are collected.
    pub const NONE: Self = Self { text: false, binary: false, max_size: 0 };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_size: 1 << 20,
            max_frame_size: 1 << 20,
            max_fragments: 4096,
            streams: Streams::NONE,
        }
    }
}
