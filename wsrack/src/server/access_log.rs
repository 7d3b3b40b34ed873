//! One line for each connection, when it is over, as `Rack::CommonLogger` has them.

mod date;
mod line;
mod writer;

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response, Version};
use http_body::Body as _;

use self::line::{Line, Times};
pub(super) use self::writer::Lines;
use super::census::Pass;
use crate::body::Body;
use crate::close::{Cause, CloseCode};
use crate::connection::{Guest, Traffic};
use crate::env::Peer;

/// Of a longer request target this much is kept, while its connection lives.
const TARGET_MAX: usize = 2048;

/// Where one line for each connection goes, for [`ServerBuilder::access_log`](crate::ServerBuilder::access_log).
///
/// A WebSocket has its line when it has closed; a request that is answered with anything else than a 101 has its own.
/// The lines go through a thread that does nothing else, so a slow disk holds up no connection. As many as 8,192 may
/// wait; beyond that lines are left out, and how many is said in the server's log.
///
/// As text, the fields of `Rack::CommonLogger`, and behind them what only a WebSocket has: its close code, what
/// [ended](crate::Cause) it, and messages and bytes in each direction, as they were on the wire behind the 101. A
/// length of `-` is not known; of a user nothing is known either.
///
/// ```text
/// 192.0.2.7 - - [23/Nov/2026:10:52:53 +0000] "GET /chat HTTP/1.1" 101 67 12.3456 1000 client in=3/45 out=3/67
/// 192.0.2.7 - - [23/Nov/2026:10:52:54 +0000] "GET /chat HTTP/1.1" 403 31 0.0004
/// ```
///
/// As JSON, an object a line:
///
/// ```text
/// {"time":"2026-11-23T10:52:53.123Z","host":"192.0.2.7","user":null,"method":"GET","target":"/chat","version":"HTTP/1.1",
///  "status":101,"length":67,"seconds":12.3456,"code":1000,"cause":"client","messages_in":3,"bytes_in":45,
///  "messages_out":3,"bytes_out":67}
/// ```
///
/// The host is the client's address, also where a trusted proxy tells it; `-` on a unix socket. Whatever a client sends is escaped (`\x0a`), so that none can
/// write lines of its own.
///
/// # Examples
///
/// ```
/// use wsrack::{AccessLog, Routes};
///
/// let server = Routes::new().server().access_log(AccessLog::text(std::io::stdout()));
/// ```
#[must_use = "it is given to `ServerBuilder::access_log`"]
pub struct AccessLog {
    format: Format,
    writer: Box<dyn Write + Send>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

impl AccessLog {
    /// Lines as text. The writer needs no buffer of its own; it is flushed whenever no further line waits.
    pub fn text(writer: impl Write + Send + 'static) -> Self {
        Self { format: Format::Text, writer: Box::new(writer) }
    }

    /// Lines as JSON.
    pub fn json(writer: impl Write + Send + 'static) -> Self {
        Self { format: Format::Json, writer: Box::new(writer) }
    }

    /// Starts the thread that writes.
    pub(super) fn start(self) -> io::Result<Lines> {
        Lines::start(self.format, self.writer)
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").field("format", &self.format).finish_non_exhaustive()
    }
}

/// A request whose line is not written yet.
#[derive(Debug)]
pub(super) struct Entry {
    lines: Arc<Lines>,
    host: Option<IpAddr>,
    method: Method,
    target: Box<str>,
    version: Version,
    began: Instant,
}

impl Entry {
    pub(super) fn new<B>(lines: &Arc<Lines>, peer: &Peer, request: &Request<B>) -> Self {
        let target = request.uri().path_and_query().map_or("*", |target| target.as_str());
        Self {
            lines: lines.clone(),
            host: peer.remote.map(|remote| remote.ip().to_canonical()),
            method: request.method().clone(),
            target: target[..target.floor_char_boundary(TARGET_MAX)].into(),
            version: request.version(),
            began: Instant::now(),
        }
    }

    /// The request is answered, and no WebSocket.
    pub(super) fn answered(self, response: &Response<Body>) {
        let header = response.headers().get(CONTENT_LENGTH);
        let length = header.and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.or_else(|| response.body().size_hint().exact());
        self.write(response.status().as_u16(), length, None);
    }

    /// What it became is over.
    pub(super) fn over(self, end: Option<(Traffic, CloseCode, Cause)>) {
        // Over HTTP/2 a WebSocket is opened by a 200.
        let status = if self.version < Version::HTTP_2 { 101 } else { 200 };
        self.write(status, end.map(|(traffic, ..)| traffic.bytes_out), end);
    }

    fn write(self, status: u16, length: Option<u64>, end: Option<(Traffic, CloseCode, Cause)>) {
        let times = Times { now: SystemTime::now(), seconds: self.began.elapsed().as_secs_f64() };
        let line = Line {
            host: self.host,
            method: self.method.as_str(),
            target: &self.target,
            version: self.version,
            status,
            length,
            end,
        };
        self.lines.write(&line, times);
    }
}

/// What is kept with a connection after its 101: a place that counts, and a line to be written.
#[derive(Debug)]
pub(super) struct Visitor {
    _pass: Option<Pass>,
    entry: Option<Box<Entry>>,
}

impl Visitor {
    /// Nothing, where there is nothing to keep.
    pub(super) fn guest(pass: Option<Pass>, entry: Option<Box<Entry>>) -> Option<Box<dyn Guest>> {
        let any = pass.is_some() || entry.is_some();
        any.then(|| Box::new(Self { _pass: pass, entry }) as Box<dyn Guest>)
    }
}

impl Guest for Visitor {
    fn left(&mut self, traffic: Traffic, code: CloseCode, cause: Cause) {
        if let Some(entry) = self.entry.take() {
            entry.over(Some((traffic, code, cause)));
        }
    }
}

impl Drop for Visitor {
    /// It was no WebSocket of ours, or none that came about.
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            entry.over(None);
        }
    }
}
