//! How a connection ended: the code, the reason and who or what ended it.

use std::fmt;

/// A close code: why a WebSocket connection ends.
///
/// Source: [RFC 6455 section 7.4] and the registry that it opens. The number is all there is, so an
/// application's own codes (4000–4999) need no declaration.
///
/// ```
/// use wsrack::CloseCode;
///
/// const LOGIN_EXPIRED: CloseCode = CloseCode(4401);
/// assert!(LOGIN_EXPIRED.is_sendable_by_app());
/// assert_eq!(CloseCode::NORMAL, 1000);
/// assert!(!CloseCode::ABNORMAL.is_sendable_by_app());
/// ```
///
/// [RFC 6455 section 7.4]: https://www.rfc-editor.org/rfc/rfc6455#section-7.4
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server stops, or the browser leaves the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke a rule of the protocol.
    pub const PROTOCOL: Self = Self(1002);
    /// 1003: a kind of message that the receiver cannot take, such as binary.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1005: the close frame had no code. Reported, never sent.
    pub const NO_STATUS: Self = Self(1005);
    /// 1006: the connection was lost without a close frame. Reported, never sent.
    pub const ABNORMAL: Self = Self(1006);
    /// 1007: the content does not fit its type, such as text that is not UTF-8.
    pub const INVALID: Self = Self(1007);
    /// 1008: the message violates a policy of the receiver.
    pub const POLICY: Self = Self(1008);
    /// 1009: the message is too big for the receiver.
    pub const SIZE: Self = Self(1009);
    /// 1010: the client misses an extension in the server's handshake.
    pub const EXTENSION: Self = Self(1010);
    /// 1011: the server met a condition that it did not expect.
    pub const ERROR: Self = Self(1011);
    /// 1012: the server restarts; come back.
    pub const SERVICE_RESTART: Self = Self(1012);
    /// 1013: the server is overloaded; come back later.
    pub const TRY_AGAIN: Self = Self(1013);

    /// Whether an application may close a connection with this code:
    /// 1000–1003, 1007–1014, 3000–3999 (registered for libraries) and 4000–4999 (private).
    pub const fn is_sendable_by_app(self) -> bool {
        self.is_valid_on_wire()
    }

    /// Whether a close frame may carry this code.
    ///
    /// 1004 is reserved, 1005, 1006 and 1015 only report, everything else below 3000 is not assigned,
    /// and nothing from 5000 on exists.
    pub const fn is_valid_on_wire(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<u16> for CloseCode {
    fn from(code: u16) -> Self {
        Self(code)
    }
}

impl From<CloseCode> for u16 {
    fn from(code: CloseCode) -> Self {
        code.0
    }
}

impl PartialEq<u16> for CloseCode {
    fn eq(&self, other: &u16) -> bool {
        self.0 == *other
    }
}

impl PartialEq<CloseCode> for u16 {
    fn eq(&self, other: &CloseCode) -> bool {
        *self == other.0
    }
}

/// Who or what ended a connection.
///
/// # Examples
///
/// ```
/// use wsrack::Cause;
///
/// /// Whether an operator should hear of it.
/// fn is_worth_a_line(cause: Cause) -> bool {
///     !matches!(cause, Cause::Client | Cause::Server | Cause::Lost | Cause::Shutdown)
/// }
///
/// assert!(is_worth_a_line(Cause::Panic));
/// assert!(!is_worth_a_line(Cause::Lost), "people close their laptops");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The client sent a close frame first. In hixie-75, which has none, the end of its stream is [`Lost`](Self::Lost).
    Client,
    /// The application closed.
    Server,
    /// The connection broke without a close frame.
    Lost,
    /// The client answered no ping in time.
    PingTimeout,
    /// The client read too slowly and its send queue ran full.
    SlowClient,
    /// The client took no byte for the whole `send_timeout`.
    SendTimeout,
    /// The server stopped.
    Shutdown,
    /// The client broke a rule of the protocol or a limit.
    Protocol,
    /// A handler returned an error.
    Error,
    /// A handler panicked.
    Panic,
}

/// How a connection ended.
///
/// # To the letter
///
/// Whatever ends a connection, what was queued before is still sent, and all waiting is bounded by `close_timeout`.
/// "Shut" is the end of this side of the TCP stream; then the connection is dropped.
///
/// | | protocol error, or a limit | policy (`message_rate`, a handler's error) or the server's stop | `close_with` | the client's close |
/// | --- | --- | --- | --- | --- |
/// | sent, RFC 6455 | close with 1002, 1007 or 1009 | close with 1008, 1003, 1007, 1011 or 1001 | close with code and reason | the same code and reason |
/// | sent, hybi-06 to -12 | the same; 1009 as 1004; without a code that the draft does not have | the same | the same | the same code and reason |
/// | sent, hybi-03 to -05 | close, in -05 with `S` | the same | the same | the same body |
/// | sent, hixie-76, hybi-01, -02 | close | the same | the same | close |
/// | sent, hixie-75 | nothing | nothing | nothing | (there is none) |
/// | still read | all is dropped | messages are dropped, up to the client's close | the same | nothing |
/// | TCP is shut | behind the close frame; then what comes is read to its end, so that no reset overtakes the frame | when the client has answered; in hixie-75 at once, then as after an error | the same | behind the answer |
/// | told: cause | [`Protocol`](Cause::Protocol) | `Protocol`, [`Error`](Cause::Error), [`Panic`](Cause::Panic) or [`Shutdown`](Cause::Shutdown) | [`Server`](Cause::Server) | [`Client`](Cause::Client) |
/// | told: `was_clean` | no | whether the client has answered | the same | whether it has taken the answer |
/// | told: `code` | the code, where the draft has it, else 1006 | the code, where the draft has it, else 1005, and 1006 without an answer | the same | the client's, or 1005 |
///
/// A stream that ends without a close frame, which in hixie-75 is how a client closes, is [`Lost`](Cause::Lost) with
/// 1006. A client that reads too slowly, answers no ping or is still there at the end of the graceful period gets
/// nothing more: TCP is dropped at once.
///
/// # Examples
///
/// ```
/// use wsrack::{Cause, Close};
///
/// fn log(close: &Close) -> String {
///     match close.cause {
///         Cause::Client if close.was_clean => format!("left: {}", close.reason),
///         cause => format!("{} ({cause:?})", close.code),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Close {
    /// The code of the close frame that decided: the client's if it closed first, else ours.
    /// [`CloseCode::NO_STATUS`] if that frame had none, [`CloseCode::ABNORMAL`] if there was no frame. Where the
    /// client's draft has no such code, `NO_STATUS` if both sides sent a frame, else `ABNORMAL`.
    pub code: CloseCode,
    /// The reason in that frame; at most 123 bytes, often empty.
    pub reason: String,
    /// Whether both sides sent a close frame.
    pub was_clean: bool,
    /// Who or what ended it.
    pub cause: Cause,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_takes_exactly_the_assigned_codes() {
        let valid: Vec<u16> = (0..=u16::MAX).filter(|&code| CloseCode(code).is_valid_on_wire()).collect();
        let expected: Vec<u16> = (1000..=1003).chain(1007..=1014).chain(3000..=4999).collect();
        assert_eq!(valid, expected);
    }

    #[test]
    fn codes_are_numbers() {
        assert_eq!(CloseCode::from(4001), CloseCode(4001));
        assert_eq!(u16::from(CloseCode::SIZE), 1009);
        assert_eq!(1011, CloseCode::ERROR);
        assert_eq!(CloseCode::TRY_AGAIN.to_string(), "1013");
        assert!(CloseCode::NORMAL < CloseCode::GOING_AWAY);
    }
}
