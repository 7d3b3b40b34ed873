//! The applications that are measured, as a user would write them.

use wsrack::Hub;
use wsrack::prelude::*;

/// Echoes what it borrows.
#[derive(Debug)]
pub struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_message]
    fn binary<'m>(&self, bytes: &'m [u8]) -> &'m [u8] {
        bytes
    }
}

/// Echoes what it owns a share of.
#[derive(Debug)]
pub struct EchoShared;

#[websocket_app]
impl EchoShared {
    #[on_message]
    fn text(&self, text: Text) -> Text {
        text
    }

    #[on_message]
    fn binary(&self, bytes: Bytes) -> Bytes {
        bytes
    }
}

/// Echoes, and compresses each message by itself.
#[derive(Debug)]
pub struct Packed;

#[websocket_app(compression = "shared")]
impl Packed {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }
}

/// Echoes, and compresses with a compressor for each connection.
#[derive(Debug)]
pub struct PackedTakeover;

#[websocket_app(compression = "dedicated")]
impl PackedTakeover {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }
}

/// Listens.
#[derive(Debug)]
pub struct Fanout;

#[websocket_app]
impl Fanout {
    #[on_open]
    fn join(&self, socket: &Socket) -> wsrack::Result {
        Ok(socket.subscribe("all")?)
    }
}

/// Sends each text to all who listen to [`Fanout`].
#[derive(Debug)]
pub struct Say;

#[websocket_app]
impl Say {
    #[on_message]
    fn say(&self, hub: &Hub, text: Text) -> wsrack::Result {
        hub.publish("all", text)?;
        Ok(())
    }
}

/// All of them.
pub fn routes() -> Routes {
    wsrack::routes! {
        "/" => Echo,
        "/shared" => EchoShared,
        "/packed" => Packed,
        "/packed-takeover" => PackedTakeover,
        "/fanout" => Fanout,
        "/say" => Say,
    }
}
