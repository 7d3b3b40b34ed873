//! What is sent and received: [`Message`], [`Text`], [`Json`], and what converts into a message.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use serde::Serialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::error::SendError;
use crate::protocol::Kind;

/// A whole message of either kind. Cloning shares the bytes.
///
/// ```
/// use wsrack::Message;
///
/// let (text, bytes) = (Message::from("héllo"), Message::from(vec![1, 2]));
/// assert_eq!((text.as_text(), text.len()), (Some("héllo"), 6));
/// assert_eq!((bytes.as_text(), bytes.as_bytes()), (None, &[1, 2][..]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// UTF-8 text.
    Text(Text),
    /// Any bytes.
    Binary(Bytes),
}

impl Message {
    /// The payload's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The text of a text message.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// Which of the two kinds this is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Binary(_) => Kind::Binary,
        }
    }

    /// The payload's length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the payload is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn shared(&self) -> &Bytes {
        match self {
            Self::Text(text) => text.0.as_ref(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(Bytes::copy_from_slice(bytes))
    }
}

/// UTF-8 text whose clones share one buffer; derefs to `str`.
///
/// A received `Text` shares the connection's read buffer (up to 64 KiB): to keep a short one for long, keep
/// `text.to_string()` instead.
///
/// ```
/// use wsrack::Text;
///
/// const GREETING: Text = Text::from_static("Hello to you!");
/// assert!(GREETING.ends_with('!') && GREETING == "Hello to you!");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Utf8Bytes);

impl Text {
    pub(crate) fn from_utf8_bytes(text: Utf8Bytes) -> Self {
        Self(text)
    }

    /// Text that lives as long as the program: nothing is copied.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Utf8Bytes::from_static(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Text> for Bytes {
    fn from(text: Text) -> Self {
        text.0.into()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A value as JSON text: as a handler's message parameter it is parsed, as a reply it is written.
///
/// ```
/// use wsrack::prelude::*;
///
/// struct Adder;
///
/// #[websocket_app]
/// impl Adder {
///     #[on_message]
///     fn add(&self, Json((left, right)): Json<(u32, u32)>) -> Json<u64> {
///         Json(u64::from(left) + u64::from(right))
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// What can be sent: text as `&str`, `String`, [`Text`]; binary as `&[u8]`, `Vec<u8>`, [`Bytes`]; [`Message`];
/// [`Json`]. Implement it for types of your own.
///
/// ```
/// use wsrack::prelude::*;
///
/// struct Reading { celsius: f32 }
///
/// impl IntoMessage for Reading {
///     fn into_message(self) -> Result<Message, SendError> {
///         format!("{:.1} °C", self.celsius).into_message()
///     }
/// }
///
/// let message = Reading { celsius: 36.6 }.into_message()?;
/// assert_eq!(message.as_text(), Some("36.6 °C"));
/// # Ok::<(), SendError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a message",
    label = "not a message",
    note = "text is sent as `&str`, `String` or `Text`; binary as `&[u8]`, `Vec<u8>` or `Bytes`; both as `Message`; JSON as `Json(value)`"
)]
pub trait IntoMessage: Sized {
    /// Makes the message.
    ///
    /// # Errors
    ///
    /// [`SendError::Encode`] where the value has no form as a message.
    fn into_message(self) -> Result<Message, SendError>;

    /// The same without a copy, where the value can lend its bytes.
    #[doc(hidden)]
    fn into_outgoing<'a>(self) -> Result<Outgoing<'a>, SendError>
    where
        Self: 'a,
    {
        self.into_message().map(Outgoing::Shared)
    }
}

/// A message on its way out: lent by the caller, or shared.
#[doc(hidden)]
#[derive(Debug)]
pub enum Outgoing<'a> {
    Lent(Kind, &'a [u8]),
    Shared(Message),
}

impl Outgoing<'_> {
    #[inline]
    pub(crate) fn parts(&self) -> (Kind, &[u8]) {
        match self {
            Self::Lent(kind, bytes) => (*kind, bytes),
            Self::Shared(message) => (message.kind(), message.as_bytes()),
        }
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Lent(_, bytes) => Bytes::copy_from_slice(bytes),
            Self::Shared(message) => message.shared().clone(),
        }
    }
}

macro_rules! into_message {
    ($($type:ty),*) => {$(
        impl IntoMessage for $type {
            fn into_message(self) -> Result<Message, SendError> {
                Ok(self.into())
            }
        }
    )*};
}

into_message!(Message, Text, String, Bytes, Vec<u8>);

macro_rules! into_message_lent {
    ($kind:ident, $type:ty, $bytes:expr) => {
        impl IntoMessage for $type {
            fn into_message(self) -> Result<Message, SendError> {
                Ok(self.into())
            }

            fn into_outgoing<'a>(self) -> Result<Outgoing<'a>, SendError>
            where
                Self: 'a,
            {
                Ok(Outgoing::Lent(Kind::$kind, $bytes(self)))
            }
        }
    };
}

into_message_lent!(Text, &str, str::as_bytes);
into_message_lent!(Binary, &[u8], std::convert::identity);

impl<const N: usize> IntoMessage for &[u8; N] {
    fn into_message(self) -> Result<Message, SendError> {
        self.as_slice().into_message()
    }
}

impl IntoMessage for &String {
    fn into_message(self) -> Result<Message, SendError> {
        self.as_str().into_message()
    }
}

impl IntoMessage for &Text {
    fn into_message(self) -> Result<Message, SendError> {
        Ok(self.clone().into())
    }
}

impl IntoMessage for &Message {
    fn into_message(self) -> Result<Message, SendError> {
        Ok(self.clone())
    }
}

impl<T: Serialize> IntoMessage for Json<T> {
    fn into_message(self) -> Result<Message, SendError> {
        match serde_json::to_string(&self.0) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(SendError::Encode(error.into())),
        }
    }
}
