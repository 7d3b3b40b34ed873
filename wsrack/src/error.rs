//! The crate's error, shaped like `anyhow::Error`: opaque, with questions.

use std::error::Error as StdError;
use std::fmt;

use thiserror::Error as ThisError;

use crate::protocol::{Kind, ProtocolError};

/// What `?` converts into, and what a handler marked `#[on_error]` looks at.
///
/// Any standard error converts into it with `?`; it goes into `Box<dyn std::error::Error + Send + Sync>`
/// the same way. It is not itself a [`std::error::Error`], for that is what makes the first conversion
/// possible (as with `anyhow::Error`).
///
/// ```
/// fn port(text: &str) -> wsrack::Result<u16> {
///     Ok(text.parse()?)
/// }
/// let error = port("eighty").unwrap_err();
/// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
/// ```
pub struct Error(Box<Repr>);

/// `Result` with [`Error`] for what can go wrong and, most often, nothing to return.
///
/// ```
/// fn main() -> wsrack::Result {
///     let port: u16 = "3000".parse()?;
///     println!("port {port}");
///     Ok(())
/// }
/// ```
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// What the framework itself has to tell; each converts into [`Error`].
#[derive(Debug, ThisError)]
enum Repr {
    #[error("the peer broke the protocol: {0}")]
    Protocol(#[source] ProtocolError),
    #[error("the message does not decode: {0}")]
    Decode(#[source] Box<dyn StdError + Send + Sync>),
    #[error("no handler takes {0} messages")]
    Unhandled(Kind),
    #[error("a handler panicked: {0}")]
    Panic(String),
    #[error("{message}")]
    Client { code: String, message: String },
    #[error("{0}")]
    User(Box<dyn StdError + Send + Sync>),
}

/// Why a message could not be sent.
///
/// ```
/// use wsrack::prelude::*;
///
/// /// Sends what may be lost: a later one says it anew.
/// fn position(ws: &Socket, x: f32, y: f32) -> Result<(), SendError> {
///     match ws.send_data(Json((x, y))) {
///         Err(SendError::Full) => Ok(()),
///         other => other,
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SendError {
    /// The queue has no room for the message. Nothing was queued and nothing closes; `send(…).await` waits instead.
    Full,
    /// The connection is closed or closing.
    Closed,
    /// The peer's draft has no such frame (ping or binary before hybi-01).
    Unsupported,
    /// The peer accepted no byte for `send_timeout`.
    Timeout,
    /// The value could not be turned into a message.
    Encode(Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// An error that a client may read: for typed events it is sent as written, with its `code`.
    ///
    /// Every other error that a handler returns reaches the client only as `internal`.
    ///
    /// ```
    /// use wsrack::Error;
    ///
    /// let error = Error::client("full", "the room is full");
    /// assert_eq!(error.as_client(), Some(("full", "the room is full")));
    /// ```
    pub fn client(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Repr::Client { code: code.into(), message: message.into() })
    }

    /// An error that is a text.
    ///
    /// ```
    /// use wsrack::Error;
    ///
    /// fn first(line: &str) -> wsrack::Result<&str> {
    ///     line.split(' ').find(|word| !word.is_empty()).ok_or_else(|| Error::msg("the line is empty"))
    /// }
    /// assert_eq!(first(" ").unwrap_err().to_string(), "the line is empty");
    /// ```
    pub fn msg(text: impl Into<String>) -> Self {
        Self::from_boxed(text.into().into())
    }

    /// Wraps a standard error; `?` does the same.
    pub fn from_boxed(error: Box<dyn StdError + Send + Sync>) -> Self {
        match error.downcast::<Wrapped>() {
            Ok(ours) => ours.0,
            Err(other) => Self::new(Repr::User(other)),
        }
    }

    pub(crate) fn protocol(error: ProtocolError) -> Self {
        Self::new(Repr::Protocol(error))
    }

    /// A message that is not what a handler's parameter asks for.
    pub fn decode(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Repr::Decode(error.into()))
    }

    pub(crate) fn unhandled(kind: Kind) -> Self {
        Self::new(Repr::Unhandled(kind))
    }

    pub(crate) fn panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned());
        Self::new(Repr::Panic(text.unwrap_or_else(|| "with a value that is no text".into())))
    }

    fn new(repr: Repr) -> Self {
        Self(Box::new(repr))
    }

    /// Whether this only says that the connection was already closed: no error, and it goes nowhere.
    pub fn is_closed(&self) -> bool {
        self.find::<AlreadyClosed>().is_some()
    }

    /// Whether the peer broke the protocol.
    pub fn is_protocol(&self) -> bool {
        matches!(*self.0, Repr::Protocol(_))
    }

    /// Whether a message was not what a handler's parameter asks for (`Json<T>`, for instance).
    pub fn is_decode(&self) -> bool {
        matches!(*self.0, Repr::Decode(_))
    }

    /// Whether a handler panicked.
    pub fn is_panic(&self) -> bool {
        matches!(*self.0, Repr::Panic(_))
    }

    pub(crate) fn is_unhandled(&self) -> bool {
        matches!(*self.0, Repr::Unhandled(_))
    }

    /// The code and the message of an error made by [`Error::client`].
    pub fn as_client(&self) -> Option<(&str, &str)> {
        match &*self.0 {
            Repr::Client { code, message } => Some((code, message)),
            _ => None,
        }
    }

    /// The error itself as `E`, if that is what it is. Sources are not looked at: see [`Error::chain`].
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.chain().next().and_then(<dyn StdError>::downcast_ref)
    }

    fn find<E: StdError + 'static>(&self) -> Option<&E> {
        self.chain().find_map(<dyn StdError>::downcast_ref)
    }

    /// The error and then its sources, the outermost first.
    ///
    /// ```
    /// use std::num::ParseIntError;
    /// use wsrack::Error;
    ///
    /// let error = Error::decode("seven".parse::<u8>().unwrap_err());
    /// assert!(error.downcast_ref::<ParseIntError>().is_none(), "it is the source of an error that says more");
    /// assert!(error.chain().any(|source| source.is::<ParseIntError>()));
    /// ```
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let first: &(dyn StdError + 'static) = match &*self.0 {
            Repr::User(error) => &**error,
            repr => repr,
        };
        std::iter::successors(Some(first), |&error| error.source())
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::from_boxed(Box::new(error))
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        match *error.0 {
            Repr::User(error) => error,
            repr => Box::new(Wrapped(Error::new(repr))),
        }
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        Box::<dyn StdError + Send + Sync>::from(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    /// The error and its sources, a line each: what `fn main() -> wsrack::Result` prints. A source that an error names
    /// itself has none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.to_string();
        write!(f, "{said}")?;
        for cause in self.chain().skip(1) {
            let cause = cause.to_string();
            if !said.ends_with(&cause) {
                write!(f, "\n  caused by: {cause}")?;
            }
            said = cause;
        }
        Ok(())
    }
}

/// Carries an [`Error`] through `Box<dyn Error>` and back without losing what it is.
#[derive(Debug)]
struct Wrapped(Error);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Wrapped {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0.0 {
            Repr::User(_) => None,
            repr => repr.source(),
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the connection's queue is full; nothing was queued"),
            Self::Closed => f.write_str("the connection is already closed"),
            Self::Unsupported => f.write_str("the peer's protocol draft has no frame for this"),
            Self::Timeout => f.write_str("the peer took no byte for the whole `send_timeout`"),
            Self::Encode(error) => write!(f, "the value could not be turned into a message: {error}"),
        }
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        if let Self::Closed = self { Some(&AlreadyClosed) } else { None }
    }
}

/// The source of [`SendError::Closed`], by which it is known again: what wraps an error may hide the error itself, as
/// `anyhow` and [`std::io::Error`] do, but not its sources.
#[derive(Debug, ThisError)]
#[error("nobody is there to send to")]
struct AlreadyClosed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_trip_through_a_box_keeps_what_it_is() {
        let boxed: Box<dyn StdError + Send + Sync> = Error::client("nope", "not today").into();
        assert_eq!(Error::from_boxed(boxed).as_client(), Some(("nope", "not today")));
    }

    #[test]
    fn sources_are_found_and_printed() {
        #[derive(Debug, ThisError)]
        #[error("outer")]
        struct Outer(#[source] std::num::ParseIntError);

        let error = Error::from(Outer("x".parse::<u8>().unwrap_err()));
        assert!(error.downcast_ref::<Outer>().is_some());
        assert!(error.downcast_ref::<std::num::ParseIntError>().is_none());
        assert_eq!(format!("{error:?}"), "outer\n  caused by: invalid digit found in string");
    }

    #[test]
    fn a_source_that_an_error_names_is_not_shown_again() {
        let error = Error::decode("no number");
        assert_eq!(format!("{error:?}"), "the message does not decode: no number");
        assert_eq!(error.chain().count(), 2);
    }

    #[test]
    fn already_closed_is_recognised() {
        assert!(Error::from(SendError::Closed).is_closed());
        assert!(!Error::from(SendError::Full).is_closed());
        assert!(Error::from(std::io::Error::other(SendError::Closed)).is_closed());
    }

    #[test]
    fn is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
