//! A visit by a browser to a page over TLS.

use serde::Deserialize;

use crate::{
    Authority, Result, Script, Tool,
    authority::{Certified, text},
};

/// What a browser saw: `tests/clients/browser_secure.cjs` prints it.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Visit {
    /// The protocol that the page came by, as ALPN calls it.
    pub page: String,
    /// What came over the WebSocket.
    pub messages: Vec<String>,
    /// The code that it closed with.
    pub code: u16,
    /// Whether both sides said so.
    pub was_clean: bool,
}

impl Visit {
    /// Opens `page` in Chromium, which trusts this certificate, and from there the WebSocket at `socket`. `None`, after
    /// a line that says so, where Chromium or what drives it is missing: then `what` is not tried.
    ///
    /// # Errors
    /// As [`Tool::find`], and [`Script::run`].
    pub async fn secure(
        what: &str,
        (authority, certified): (&Authority, &Certified),
        page: &str,
        socket: &str,
    ) -> Result<Option<Self>> {
        let Some(script) = Script::find(Tool::Node("playwright-core"), "browser_secure.cjs")? else {
            return Ok(None);
        };
        let Some(chromium) = Tool::Chromium.find(what)? else { return Ok(None) };
        let (certificate, _) = authority.write("server", certified)?;
        script.run(&[page, socket, &chromium.to_string_lossy(), text(&certificate)?]).await.map(Some)
    }

    /// The page came by `protocol`, then these messages, and the WebSocket closed with 1000.
    pub fn by(protocol: &str, messages: &[&str]) -> Self {
        let messages = messages.iter().map(|message| (*message).to_owned()).collect();
        Self { page: protocol.to_owned(), messages, code: 1000, was_clean: true }
    }
}
