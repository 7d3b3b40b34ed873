//! Typed events: `{"event": "join", "data": {…}, "id": 7}`.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::context::Context;
use super::extract::FromContext;
use super::message_param::{ViaContext, ViaMessage};
use super::reply::IntoError;
use super::stream::Delivery;
use crate::env::Env;
use crate::error::Error;
use crate::handshake::Rejection;
use crate::message::{IntoMessage, Json, Message};

/// A text message that is an event's envelope.
#[doc(hidden)]
#[derive(Debug, Deserialize)]
pub struct Event<'a> {
    #[serde(borrow, rename = "event")]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

impl<'a> Event<'a> {
    /// The event in a message, if the message is one.
    pub fn parse(delivery: &'a Delivery) -> Option<Self> {
        match delivery {
            // An object: serde would take a list of three as well.
            Delivery::Message(Message::Text(text)) if text.trim_start().starts_with('{') => {
                serde_json::from_str(text).ok()
            }
            _ => None,
        }
    }

    /// The event's name, for the `match` over the handlers.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends what a handler returned.
    pub fn reply(&self, cx: &Context, reply: impl IntoEventReply) -> Result<(), Error> {
        reply.event_reply(self, cx)
    }

    /// Answers an event whose data is not what its handler asks for: the client's mistake, so it is told. Every other
    /// error is handed back.
    pub fn invalid(&self, cx: &Context, error: Error) -> Result<(), Error> {
        if error.is_decode() { self.error(cx, "invalid_data", Some(&error.to_string())) } else { Err(error) }
    }

    /// What becomes of a message when neither an event handler nor a plain one took it.
    pub fn unhandled(event: Option<&Self>, cx: &Context, delivery: &Delivery) -> Result<(), Error> {
        match (event, delivery) {
            (Some(event), _) => {
                let message = format!("there is no event `{}`", event.name);
                event.error(cx, "unknown_event", Some(&message))
            }
            (None, Delivery::Message(Message::Text(_))) => {
                Err(Error::decode(r#"an event is asked for: {"event": "name", "data": …}"#))
            }
            _ => Err(cx.unhandled(delivery.kind())),
        }
    }

    fn data(&self, cx: &Context, data: &impl Serialize) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Reply<'a, T> {
            event: &'a str,
            data: &'a T,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a RawValue>,
        }
        match Json(Reply { event: &self.name, data, id: self.id }).into_outgoing() {
            Ok(reply) => Ok(cx.outbox.reply(reply, None)?),
            // Who asked is answered all the same.
            Err(error) => {
                self.error(cx, "internal", None)?;
                Err(error.into())
            }
        }
    }

    fn error(&self, cx: &Context, code: &str, message: Option<&str>) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Reply<'a> {
            event: &'a str,
            error: Detail<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a RawValue>,
        }
        #[derive(Serialize)]
        struct Detail<'a> {
            code: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            message: Option<&'a str>,
        }
        let reply = Json(Reply { event: &self.name, error: Detail { code, message }, id: self.id });
        Ok(cx.outbox.reply(reply.into_outgoing()?, None)?)
    }
}

/// The last parameter of an event handler: `Json<T>` for the event's data, or a parameter like any other.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last parameter of an event handler",
    label = "neither the event's data nor a handler parameter",
    note = "an event's data is `Json<T>`, whose `T` derives `Deserialize` and borrows nothing; other parameters are those of every handler: `&Env`, `&Socket`, `Extension<T>`, …"
)]
pub trait EventParam<'a, Via>: Sized {
    fn take(cx: &'a Context, event: &'a Event<'a>) -> Result<Self, Error>;

    fn check(_env: &'a Env) -> Result<(), Rejection> {
        Ok(())
    }
}

impl<'a, T: DeserializeOwned> EventParam<'a, ViaMessage> for Json<T> {
    fn take(_cx: &'a Context, event: &'a Event<'a>) -> Result<Self, Error> {
        let data = event.data.map_or("null", RawValue::get);
        serde_json::from_str(data).map(Json).map_err(Error::decode)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: FromContext<'a, Context>> EventParam<'a, ViaContext> for T {
    fn take(cx: &'a Context, _event: &'a Event<'a>) -> Result<Self, Error> {
        Ok(T::from_context(cx)?)
    }

    fn check(env: &'a Env) -> Result<(), Rejection> {
        T::check(env)
    }
}

/// What an event handler may return: `()`, `Json<T>`, or an `Option` or a `Result` of these.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by an event handler",
    label = "not an event's reply",
    note = "an event handler returns `()`, `Json<T>`, or an `Option` or a `Result` of one of these"
)]
pub trait IntoEventReply {
    fn event_reply(self, event: &Event<'_>, cx: &Context) -> Result<(), Error>;
}

impl IntoEventReply for () {
    fn event_reply(self, _event: &Event<'_>, _cx: &Context) -> Result<(), Error> {
        Ok(())
    }
}

impl<T: Serialize> IntoEventReply for Json<T> {
    fn event_reply(self, event: &Event<'_>, cx: &Context) -> Result<(), Error> {
        event.data(cx, &self.0)
    }
}

impl<R: IntoEventReply> IntoEventReply for Option<R> {
    fn event_reply(self, event: &Event<'_>, cx: &Context) -> Result<(), Error> {
        self.map_or(Ok(()), |reply| reply.event_reply(event, cx))
    }
}

impl<R: IntoEventReply, E: IntoError> IntoEventReply for Result<R, E> {
    fn event_reply(self, event: &Event<'_>, cx: &Context) -> Result<(), Error> {
        let error = match self {
            Ok(reply) => return reply.event_reply(event, cx),
            Err(error) => error.into_error(),
        };
        if let Some((code, message)) = error.as_client() {
            return event.error(cx, code, Some(message));
        }
        event.error(cx, "internal", None)?;
        Err(error)
    }
}
