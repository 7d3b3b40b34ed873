//! The rules that a client can break, one variant each.

use crate::close::CloseCode;

/// The rule of the protocol, or the limit, that a client broke. The connection is over.
///
/// Section numbers are those of [RFC 6455](https://www.rfc-editor.org/rfc/rfc6455).
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::protocol::{Codec, ProtocolError};
/// use wsrack::{CloseCode, Limits};
///
/// let mut input = BytesMut::from(&b"\x81\x05Hello"[..]); // as a server would send it
/// let error = Codec::rfc6455().decode(&mut input, &Limits::default()).unwrap_err();
/// assert_eq!(error, ProtocolError::UnmaskedFrame);
/// assert_eq!(error.close_code(), CloseCode::PROTOCOL);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// Section 5.2: RSV1 to RSV3 are zero unless an extension gives them a meaning.
    #[error("a reserved header bit is set, but no extension in use defines it")]
    ReservedBit,
    /// RFC 7692, section 6.1: the bit that says that a message is compressed stands on its first frame alone.
    #[error("the bit of compressed messages is set on a frame that does not begin a message")]
    CompressedNotFirst,
    /// RFC 7692, section 7.2.2: what is compressed can be inflated.
    #[error("a compressed message cannot be inflated")]
    NotDeflate,
    /// Section 5.2: opcodes 3–7 and 11–15 mean nothing yet.
    #[error("opcode {0:#x} is reserved; known are 0x0 to 0x2 and 0x8 to 0xa")]
    ReservedOpcode(u8),
    /// hybi-01 to hybi-06: opcodes 6–15 mean nothing yet.
    #[error("opcode {0:#x} is reserved; this draft knows 0x0 to 0x5")]
    ReservedOldOpcode(u8),
    /// hixie-75 and hixie-76: types from 1 to 127 mean nothing yet.
    #[error("frame type {0:#x} is reserved; text begins with 0x00, what is to be skipped with 0x80 to 0xff")]
    ReservedFrameType(u8),
    /// Section 5.1: a client masks all its frames.
    #[error("the frame is not masked; a client must mask every frame")]
    UnmaskedFrame,
    /// Section 5.2: the length has the shortest form that holds it.
    #[error("the payload length is not in its shortest form")]
    LengthNotMinimal,
    /// Section 5.2: the most significant bit of an 8-byte length is zero.
    #[error("the top bit of an 8-byte payload length is set; it must be 0")]
    LengthTopBit,
    /// Section 5.5: a control frame is not fragmented.
    #[error("a control frame is fragmented; close, ping and pong must come in one frame")]
    FragmentedControl,
    /// Section 5.5: the payload of a control frame has at most 125 bytes, so its length has one form.
    #[error("a control frame has an extended length; its payload must not exceed 125 bytes")]
    ControlTooLong,
    /// Section 5.4: a continuation frame continues something.
    #[error("a continuation frame came while no fragmented message was open")]
    UnexpectedContinuation,
    /// Section 5.4: the fragments of two messages do not mix.
    #[error("a new message began inside a fragmented one; a continuation frame was due")]
    ExpectedContinuation,
    /// Section 5.5.1: the body of a close frame is empty or begins with a 2-byte code.
    #[error("the close frame has a body of one byte; a code takes two")]
    CloseBodyOneByte,
    /// Section 7.4: not every number is a close code.
    #[error("close code {0} must not be sent; valid are 1000-1003, 1007-1014 and 3000-4999")]
    InvalidCloseCode(u16),
    /// Section 5.5.1: the reason of a close frame is UTF-8.
    #[error("the reason of the close frame is not valid UTF-8")]
    InvalidCloseReason,
    /// Section 8.1: text is UTF-8. Found at the first byte that cannot be right.
    #[error("a text message is not valid UTF-8")]
    InvalidUtf8,
    /// Section 8.1: text is UTF-8 to its end.
    #[error("a text message ends inside a UTF-8 character")]
    TruncatedUtf8,
    /// [`Limits::max_frame_size`](crate::Limits::max_frame_size).
    #[error("a frame is larger than max_frame_size ({limit} bytes)")]
    FrameTooBig {
        /// The limit in force.
        limit: usize,
    },
    /// [`Limits::max_message_size`](crate::Limits::max_message_size).
    #[error("a message is larger than max_message_size ({limit} bytes)")]
    MessageTooBig {
        /// The limit in force.
        limit: usize,
    },
    /// [`Streams::max_size`](crate::Streams::max_size).
    #[error("a streamed message is larger than max_stream_size ({limit} bytes)")]
    StreamTooBig {
        /// The limit in force.
        limit: u64,
    },
    /// [`Limits::max_fragments`](crate::Limits::max_fragments).
    #[error("a message has more frames than max_fragments ({limit})")]
    TooManyFragments {
        /// The limit in force.
        limit: u32,
    },
}

impl ProtocolError {
    /// The code that tells the client: 1002, 1007 for broken text, 1009 for a limit.
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::ReservedBit
            | Self::CompressedNotFirst
            | Self::ReservedOpcode(_)
            | Self::ReservedOldOpcode(_)
            | Self::ReservedFrameType(_)
            | Self::UnmaskedFrame
            | Self::LengthNotMinimal
            | Self::LengthTopBit
            | Self::FragmentedControl
            | Self::ControlTooLong
            | Self::UnexpectedContinuation
            | Self::ExpectedContinuation
            | Self::CloseBodyOneByte
            | Self::InvalidCloseCode(_) => CloseCode::PROTOCOL,
            Self::InvalidCloseReason | Self::InvalidUtf8 | Self::TruncatedUtf8 | Self::NotDeflate => {
                CloseCode::INVALID
            }
            Self::FrameTooBig { .. }
            | Self::MessageTooBig { .. }
            | Self::StreamTooBig { .. }
            | Self::TooManyFragments { .. } => CloseCode::SIZE,
        }
    }
}
