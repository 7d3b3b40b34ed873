//! Applications that do what the messages tell them, and write down what happens to them.

use std::time::Duration;

use tokio::time::sleep;
use wsrack::prelude::*;
use wsrack::testing::{Connect, RawClient, TestClient, TestServer};

use crate::journal::{Journal, Pen, journal};

/// Without `on_error`.
#[derive(Clone)]
pub(crate) struct Probe {
    pub(crate) pen: Pen,
    /// What `on_open` obeys.
    pub(crate) open: &'static str,
    /// What `on_close` obeys.
    pub(crate) close: &'static str,
}

#[websocket_app(per_connection)]
impl Probe {
    #[on_open]
    async fn open(&self, ws: &Socket) -> wsrack::Result<Option<String>> {
        obey(self.open, ws).await
    }

    #[on_message]
    async fn text(&self, ws: &Socket, text: &str) -> wsrack::Result<Option<String>> {
        self.pen.write(format!("begin {text}"));
        let done = obey(text, ws).await;
        self.pen.write(format!("end {text}"));
        done
    }

    #[on_close]
    async fn bye(&self, ws: &Socket, close: Close) -> wsrack::Result {
        self.pen.write(told(&close));
        obey(self.close, ws).await.map(drop)
    }
}

/// The same with `on_error`.
#[derive(Clone)]
pub(crate) struct Guarded {
    pub(crate) pen: Pen,
    pub(crate) open: &'static str,
    /// What `on_error` obeys.
    pub(crate) error: &'static str,
}

#[websocket_app(per_connection)]
impl Guarded {
    #[on_open]
    async fn open(&self, ws: &Socket) -> wsrack::Result<Option<String>> {
        obey(self.open, ws).await
    }

    #[on_message]
    async fn text(&self, ws: &Socket, text: &str) -> wsrack::Result<Option<String>> {
        obey(text, ws).await
    }

    #[on_message]
    fn binary(&self, _numbers: Numbers) {}

    #[on_error]
    async fn oops(&self, ws: &Socket, error: &Error) -> wsrack::Result {
        self.pen.write(format!("error {error}"));
        obey(self.error, ws).await.map(drop)
    }

    #[on_close]
    fn bye(&self, close: Close) {
        self.pen.write(told(&close));
    }
}

/// A message that never decodes.
struct Numbers;

impl<'m> wsrack::FromMessage<'m> for Numbers {
    const KINDS: wsrack::Kinds = wsrack::Kinds::BINARY;

    fn from_message(_message: &'m Message) -> Result<Self, Error> {
        Err(Error::decode("no numbers"))
    }
}

/// How `on_close` was told, in a line.
pub(crate) fn told(close: &Close) -> String {
    let clean = if close.was_clean { "clean" } else { "unclean" };
    format!("close {} {:?} {clean} {:?}", close.code, close.reason, close.cause)
}

/// Does what a script says; what is no command is echoed.
async fn obey(script: &str, ws: &Socket) -> wsrack::Result<Option<String>> {
    let (command, rest) = script.split_once(' ').unwrap_or((script, ""));
    match command {
        "" => {}
        "panic" => panic!("{rest}"),
        "fail" => return Err(std::io::Error::other(rest.to_owned()).into()),
        "misread" => return Err(Error::decode(rest.to_owned())),
        "close" => match rest.split_once(' ') {
            Some((code, reason)) => ws.close_with(code.parse::<u16>()?, reason),
            None => ws.close_websocket(),
        },
        "send" => ws.send_data(rest)?,
        "sleep" => {
            sleep(Duration::from_secs(rest.parse()?)).await;
            return Ok(Some(script.to_owned()));
        }
        "hang" => std::future::pending().await,
        "expire" => {
            ws.expires_at(tokio::time::Instant::now() + Duration::from_secs(rest.parse()?), 4408);
        }
        _ => return Ok(Some(script.to_owned())),
    }
    Ok(None)
}

/// A server with a [`Probe`] at `/`.
pub(crate) async fn probe(options: Options) -> wsrack::Result<(TestServer, Journal)> {
    scripted(options, "", "").await
}

/// The same, with something to do in `on_open` and `on_close`.
pub(crate) async fn scripted(
    options: Options,
    open: &'static str,
    close: &'static str,
) -> wsrack::Result<(TestServer, Journal)> {
    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Probe { pen, open, close }.with(options) }.test().await?;
    Ok((server, journal))
}

/// A server with a [`Guarded`] at `/`.
pub(crate) async fn guarded(
    open: &'static str,
    error: &'static str,
) -> wsrack::Result<(TestServer, Journal)> {
    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Guarded { pen, open, error } }.test().await?;
    Ok((server, journal))
}

/// A client that waits longer than every time-out of a connection.
pub(crate) async fn patient(connect: Connect<'_>) -> wsrack::Result<TestClient> {
    Ok(connect.patience(Duration::from_hours(1)).await?)
}

/// The same, raw.
pub(crate) async fn patient_raw(connect: Connect<'_>) -> wsrack::Result<RawClient> {
    Ok(connect.patience(Duration::from_hours(1)).raw().await?)
}
