//! People in rooms: each says a name at the door, and what one writes, all in the room read.
//!
//! ```text
//! cargo run --example chat
//! ```
//!
//! Open the page in two windows.
//!
//! **The lesson:** a topic is all it takes to reach many. What a request brings (`Path`, `Query`) is read before there
//! is a connection, and what `#[on_upgrade]` returns is there for every later handler as `Extension`.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use wsrack::prelude::*;
use wsrack::{Extension, Path, Query};

/// Who is at the door, and in which room: `/rooms/{room}?name=Ada`.
#[derive(Clone, Deserialize)]
struct Guest {
    name: String,
}

/// What the page shows.
#[derive(Serialize)]
struct Line<'a> {
    /// `None` where the room itself speaks.
    from: Option<&'a str>,
    text: &'a str,
    /// How many are in the room.
    people: usize,
}

struct Chat;

#[websocket_app(max_message_size = "4 KiB", message_rate = "10/s")]
impl Chat {
    /// Before the 101. A browser shows no HTTP status to its page, so the refusal is a close code.
    #[on_upgrade]
    fn door(&self, guest: Query<Guest>) -> Result<Guest, Rejection> {
        let name = guest.name.trim();
        if name.is_empty() || name.chars().count() > 20 {
            return Err(Rejection::close(4400, "a name has 1 to 20 characters"));
        }
        Ok(Guest { name: name.to_owned() })
    }

    #[on_open]
    fn enter(
        &self,
        Extension(guest): Extension<Guest>,
        room: Path<String>,
        ws: &Socket,
        hub: &Hub,
    ) -> wsrack::Result {
        ws.subscribe(topic(&room))?;
        say(hub, &room, None, &format!("{} is here", guest.name))
    }

    #[on_message]
    fn write(
        &self,
        Extension(guest): Extension<Guest>,
        room: Path<String>,
        hub: &Hub,
        text: &str,
    ) -> wsrack::Result {
        say(hub, &room, Some(&guest.name), text)
    }

    /// The room is left by itself, however the connection ended; here the others are told.
    #[on_close]
    fn leave(
        &self,
        Extension(guest): Extension<Guest>,
        room: Path<String>,
        ws: &Socket,
        hub: &Hub,
    ) -> wsrack::Result {
        ws.unsubscribe(topic(&room));
        say(hub, &room, None, &format!("{} has left", guest.name))
    }
}

/// Topics are the server's, so each application names its own.
fn topic(room: &str) -> String {
    format!("chat/{room}")
}

fn say(hub: &Hub, room: &str, from: Option<&str>, text: &str) -> wsrack::Result {
    let topic = topic(room);
    let people = hub.subscribers(&topic);
    hub.publish(&topic, Json(Line { from, text, people }))?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    common::serve(wsrack::routes! {
        "/" => common::page(include_str!("chat.html")),
        "/style.css" => common::style(),
        "/rooms/{room}" => Chat,
    })
    .await
}
