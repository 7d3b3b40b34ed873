//! The last parameter of `#[on_message]`: a message, or like all others something from the context.

use std::ops::BitOr;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::context::Context;
use super::extract::FromContext;
use super::stream::{Delivery, Incoming};
use crate::error::Error;
use crate::message::{Json, Message, Text};
use crate::protocol::Kind;

/// A set of message kinds.
///
/// # Examples
///
/// ```
/// use wsrack::Kinds;
/// use wsrack::protocol::Kind;
///
/// assert_eq!(Kinds::TEXT | Kinds::BINARY, Kinds::ALL);
/// assert!(!Kinds::TEXT.contains(Kind::Binary));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Text messages.
    pub const TEXT: Self = Self(1);
    /// Binary messages.
    pub const BINARY: Self = Self(2);
    /// Both.
    pub const ALL: Self = Self(3);

    /// Whether `kind` is in the set.
    pub const fn contains(self, kind: Kind) -> bool {
        let bit = match kind {
            Kind::Text => Self::TEXT,
            Kind::Binary => Self::BINARY,
        };
        self.overlaps(bit)
    }

    /// Whether the two sets share a kind.
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// All of them together.
    #[must_use]
    pub const fn all(sets: &[Self]) -> Self {
        match sets {
            [] => Self::NONE,
            [first, others @ ..] => first.with(Self::all(others)),
        }
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// A type that a message can be taken as; its [`KINDS`](FromMessage::KINDS) pick the handler.
///
/// Implement it for message types of your own.
///
/// ```
/// use wsrack::{Error, FromMessage, Kinds, Message};
///
/// /// A big-endian counter.
/// struct Count(u32);
///
/// impl<'m> FromMessage<'m> for Count {
///     const KINDS: Kinds = Kinds::BINARY;
///
///     fn from_message(message: &'m Message) -> Result<Self, Error> {
///         let bytes = message.as_bytes().try_into().map_err(Error::decode)?;
///         Ok(Count(u32::from_be_bytes(bytes)))
///     }
/// }
/// ```
pub trait FromMessage<'m>: Sized {
    /// The kinds that this takes.
    const KINDS: Kinds;

    /// Takes the message as `Self`.
    ///
    /// # Errors
    ///
    /// [`Error::decode`] where the payload is not what the type asks for: it goes to `#[on_error]`, and closes
    /// with 1007 where there is none.
    fn from_message(message: &'m Message) -> Result<Self, Error>;
}

macro_rules! from_message {
    ($($kind:ident: $type:ty, |$payload:ident| $take:expr;)*) => {$(
        impl<'m> FromMessage<'m> for $type {
            const KINDS: Kinds = from_message!(@ $kind);

            fn from_message(message: &'m Message) -> Result<Self, Error> {
                match message {
                    Message::$kind($payload) => Ok($take),
                    other => Err(Error::unhandled(other.kind())),
                }
            }
        }
    )*};
    (@ Text) => { Kinds::TEXT };
    (@ Binary) => { Kinds::BINARY };
}

from_message! {
    Text: &'m str, |text| text.as_str();
    Text: String, |text| text.as_str().to_owned();
    Text: Text, |text| text.clone();
    Text: &'m Text, |text| text;
    Binary: &'m [u8], |bytes| bytes.as_ref();
    Binary: Vec<u8>, |bytes| bytes.to_vec();
    Binary: Bytes, |bytes| bytes.clone();
    Binary: &'m Bytes, |bytes| bytes;
}

impl<'m> FromMessage<'m> for Message {
    const KINDS: Kinds = Kinds::ALL;

    fn from_message(message: &'m Message) -> Result<Self, Error> {
        Ok(message.clone())
    }
}

impl<'m> FromMessage<'m> for &'m Message {
    const KINDS: Kinds = Kinds::ALL;

    fn from_message(message: &'m Message) -> Result<Self, Error> {
        Ok(message)
    }
}

impl<'m, T: DeserializeOwned> FromMessage<'m> for Json<T> {
    const KINDS: Kinds = Kinds::TEXT;

    fn from_message(message: &'m Message) -> Result<Self, Error> {
        serde_json::from_slice(message.as_bytes()).map(Json).map_err(Error::decode)
    }
}

/// The last parameter of an `#[on_message]` handler. `Via` is inferred: a message type, or a parameter like
/// any other, and then the handler takes every kind and ignores the payload.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last parameter of an `#[on_message]` handler",
    label = "neither a message nor a handler parameter",
    note = "messages: text as `&str`, `String`, `Text`; binary as `&[u8]`, `Vec<u8>`, `Bytes`; both as `Message`; JSON as `Json<T>`, whose `T` derives `Deserialize` and borrows nothing; a large one as it arrives as `Incoming`; your own types by `FromMessage`",
    note = "other parameters: `&Env`, `&Socket`, `Socket`, `&Options`, `&Hub`, `Path<T>`, `Query<T>`, `Extension<T>`, `SocketAddr`, your own types by `FromEnv`"
)]
pub trait MessageParam<'a, Via>: Sized {
    const KINDS: Kinds;
    const STREAMS: bool = false;
    /// The kinds that it takes as they arrive.
    const STREAM_KINDS: Kinds = if Self::STREAMS { Self::KINDS } else { Kinds::NONE };

    fn take(cx: &'a Context, delivery: &'a Delivery) -> Result<Self, Error>;

    fn check(_env: &'a crate::env::Env) -> Result<(), crate::handshake::Rejection> {
        Ok(())
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub enum ViaMessage {}

#[doc(hidden)]
#[derive(Debug)]
pub enum ViaContext {}

#[doc(hidden)]
#[derive(Debug)]
pub enum ViaStream {}

#[diagnostic::do_not_recommend]
impl<'a, T: FromMessage<'a>> MessageParam<'a, ViaMessage> for T {
    const KINDS: Kinds = T::KINDS;

    fn take(cx: &'a Context, delivery: &'a Delivery) -> Result<Self, Error> {
        match delivery {
            Delivery::Message(message) => T::from_message(message),
            Delivery::Stream(kind, _) => Err(cx.unhandled(*kind)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: FromContext<'a, Context>> MessageParam<'a, ViaContext> for T {
    const KINDS: Kinds = Kinds::ALL;

    fn take(cx: &'a Context, _delivery: &'a Delivery) -> Result<Self, Error> {
        Ok(T::from_context(cx)?)
    }

    fn check(env: &'a crate::env::Env) -> Result<(), crate::handshake::Rejection> {
        T::check(env)
    }
}

#[diagnostic::do_not_recommend]
impl<'a> MessageParam<'a, ViaStream> for Incoming {
    const KINDS: Kinds = Kinds::ALL;
    const STREAMS: bool = true;

    fn take(cx: &'a Context, delivery: &'a Delivery) -> Result<Self, Error> {
        delivery.take_stream().ok_or_else(|| cx.unhandled(delivery.kind()))
    }
}
