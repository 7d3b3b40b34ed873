//! One line for each WebSocket when it is over, for each other request, and for who got no request across, as
//! `Rack::CommonLogger` has them.

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

use self::line::{Asked, Line, Times};
pub(super) use self::writer::Lines;
use super::census::Pass;
use crate::body::Body;
use crate::close::{Cause, CloseCode};
use crate::connection::{Guest, Traffic};
use crate::env::Peer;

/// Of a longer request target this much is kept, while its connection lives.
const TARGET_MAX: usize = 2048;

/// The status of a request without an answer, as nginx has it.
const UNANSWERED: u16 = 499;

/// Where one line for each connection goes, for [`ServerBuilder::access_log`](crate::ServerBuilder::access_log).
///
/// A WebSocket has its line when it has closed; a request that is answered with anything else than a 101 has its own.
/// The lines go through a thread that does nothing else, so a slow disk holds up no connection. As many as 8,192 may
/// wait; beyond that lines are left out, and how many is said in the server's log.
///
/// As text, the fields of `Rack::CommonLogger`, and behind them what only a WebSocket has: its close code, what
/// [ended](crate::Cause) it, and messages and bytes in each direction, as they were on the wire behind the 101. A
/// length of `-` is not known; of a user nothing is known either, so his field, the third, is always `-`.
///
/// ```text
/// 192.0.2.7 - - [23/Nov/2026:10:52:53 +0000] "GET /chat HTTP/1.1" 101 67 12.3456 1000 client in=3/45 out=3/67
/// 192.0.2.7 - - [23/Nov/2026:10:52:54 +0000] "GET /chat HTTP/1.1" 403 31 0.0004
/// 192.0.2.7 - - [23/Nov/2026:10:52:55 +0000] "-" 400 0 0.0000
/// ```
///
/// Who has no answer, or no request, has a line as well:
///
/// | status | of | request |
/// | --- | --- | --- |
/// | 400, 414, 431 | a head that is no HTTP, or too large; a client that goes within its head has 400, and no length | `"-"` |
/// | 408 | a head that has begun and is not whole within `handshake_timeout`; nothing is sent | `"-"` |
/// | 499 | a client that has gone before its answer, or whose answer was not there when the graceful period ended | as it was |
/// | 503 | a client that is turned away before it is read from, for the server's limits or its stop; without a length where there were too many to tell each | `"-"` |
///
/// A connection on which nothing comes has none, and neither has one whose TLS handshake or PROXY header fails.
///
/// As JSON, an object a line:
///
/// ```text
/// {"time":"2026-11-23T10:52:53.123Z","host":"192.0.2.7","user":null,"method":"GET","target":"/chat","version":"HTTP/1.1",
///  "status":101,"length":67,"seconds":12.3456,"code":1000,"cause":"client","messages_in":3,"bytes_in":45,
///  "messages_out":3,"bytes_out":67}
/// ```
///
/// Where the request is not known, its three fields are `null`.
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

/// A request whose line is not written yet. It is when this is dropped, at the latest.
#[derive(Debug)]
pub(super) struct Entry {
    lines: Arc<Lines>,
    host: Option<IpAddr>,
    method: Method,
    target: Box<str>,
    version: Version,
    began: Instant,
    /// What it is, or was, is not known but by its owner.
    stage: Stage,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Asked,
    /// It is answered, and goes on as a stream of bytes.
    Open,
    /// Its line is written.
    Told,
}

impl Entry {
    pub(super) fn new<B>(lines: &Arc<Lines>, peer: &Peer, request: &Request<B>) -> Self {
        let uri = request.uri();
        let host = uri.authority().map_or("*", |host| host.as_str());
        let target = uri.path_and_query().map_or(host, |target| target.as_str());
        Self {
            lines: lines.clone(),
            host: self::host(peer),
            method: request.method().clone(),
            target: target[..target.floor_char_boundary(TARGET_MAX)].into(),
            version: request.version(),
            began: Instant::now(),
            stage: Stage::Asked,
        }
    }

    /// The request is answered, and its stream goes on.
    pub(super) fn opened(&mut self) {
        self.stage = Stage::Open;
    }

    /// The request is answered, and no WebSocket.
    pub(super) fn answered(mut self, response: &Response<Body>) {
        let header = response.headers().get(CONTENT_LENGTH);
        let length = header.and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.or_else(|| response.body().size_hint().exact());
        self.write(response.status().as_u16(), length, None);
    }

    /// The WebSocket that it became is over.
    pub(super) fn over(mut self, traffic: Traffic, code: CloseCode, cause: Cause) {
        self.write(self.status(), Some(traffic.bytes_out), Some((traffic, code, cause)));
    }

    /// What a stream is opened with.
    fn status(&self) -> u16 {
        if self.version < Version::HTTP_2 { 101 } else { 200 }
    }

    fn write(&mut self, status: u16, length: Option<u64>, end: Option<(Traffic, CloseCode, Cause)>) {
        self.stage = Stage::Told;
        let times = Times { now: SystemTime::now(), seconds: self.began.elapsed().as_secs_f64() };
        let line = Line {
            host: self.host,
            asked: Some(Asked { method: self.method.as_str(), target: &self.target, version: self.version }),
            status,
            length,
            end,
        };
        self.lines.write(&line, times);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        match self.stage {
            Stage::Asked => self.write(UNANSWERED, None, None),
            // It was no WebSocket of ours, or none that came about.
            Stage::Open => self.write(self.status(), None, None),
            Stage::Told => {}
        }
    }
}

impl Lines {
    /// Writes of a client whose request is not known.
    pub(super) fn unknown(&self, peer: &Peer, status: u16, length: Option<u64>) {
        let times = Times { now: SystemTime::now(), seconds: 0.0 };
        self.write(&Line { host: host(peer), asked: None, status, length, end: None }, times);
    }
}

fn host(peer: &Peer) -> Option<IpAddr> {
    peer.remote.map(|remote| remote.ip().to_canonical())
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
            entry.over(traffic, code, cause);
        }
    }
}
