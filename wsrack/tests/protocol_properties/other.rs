//! The other reader of the same bytes: tungstenite as a server, over memory.

use std::io::{self, Cursor, Read, Write};

use tokio_tungstenite::tungstenite::{
    Error, Message, WebSocket,
    error::ProtocolError as Theirs,
    protocol::{Role, WebSocketConfig},
};
use wsrack::protocol::{CloseFrame, Event, ProtocolError};

use crate::LIMITS;

/// Where we differ from tungstenite, and why.
///
/// One difference more is in time, not in the answer: we fail at the first wrong byte, tungstenite when the
/// frame is whole. So a frame that we refuse half-way is completed with zeros before tungstenite reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deviation {
    /// Section 5.2: "the minimal number of bytes MUST be used to encode the length". tungstenite takes any
    /// form; we refuse the others.
    LengthNotMinimal,
    /// The same for a control frame: the longer forms hold nothing that it may, so we refuse them at the
    /// second byte; tungstenite looks at the number.
    ControlLengthNotMinimal,
    /// Section 7.4 names the codes that an endpoint must not send. We fail the connection; tungstenite
    /// reports a close with 1002 in the code's place.
    InvalidCloseCode,
    /// 1014 (bad gateway) came to the registry after the RFC. We know it; tungstenite takes it for invalid.
    BadGateway,
    /// A message may have endless empty fragments for tungstenite; we count them.
    TooManyFragments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It waits for more.
    Open,
    Closed,
    Failed,
}

/// Whether tungstenite reads `bytes` as we do, but for a deviation.
pub(crate) fn compare(
    bytes: &[u8],
    ours: &[Event],
    error: Option<ProtocolError>,
) -> Result<Option<Deviation>, String> {
    let mut bytes = bytes.to_vec();
    if error.is_some() {
        complete_last_frame(&mut bytes);
    }
    let (theirs, end) = read(bytes);
    let differ = || Err(format!("we: {error:?}\n{ours:?}\ntungstenite: {end:?}\n{theirs:?}"));
    let deviation = match (error, ours.last()) {
        (Some(ProtocolError::LengthNotMinimal), _) => Deviation::LengthNotMinimal,
        (Some(ProtocolError::ControlTooLong), _) if end != End::Failed || theirs.len() > ours.len() => {
            Deviation::ControlLengthNotMinimal
        }
        (Some(ProtocolError::TooManyFragments { .. }), _) => Deviation::TooManyFragments,
        (Some(ProtocolError::InvalidCloseCode(_)), _) => {
            let says_1002 = end == End::Failed || is_close(theirs.last(), 1002);
            if theirs.starts_with(ours) && theirs.len() <= ours.len() + 1 && says_1002 {
                return Ok(Some(Deviation::InvalidCloseCode));
            }
            return differ();
        }
        (None, Some(last)) if is_close(Some(last), 1014) => {
            let before = &ours[..ours.len() - 1];
            if theirs.starts_with(before) && theirs.len() == ours.len() && is_close(theirs.last(), 1002) {
                return Ok(Some(Deviation::BadGateway));
            }
            return differ();
        }
        (_, last) => {
            let expected = match (error, last) {
                (Some(_), _) => End::Failed,
                (None, Some(Event::Close(_))) => End::Closed,
                (None, _) => End::Open,
            };
            return if theirs == ours && end == expected { Ok(None) } else { differ() };
        }
    };
    if theirs.starts_with(ours) { Ok(Some(deviation)) } else { differ() }
}

fn is_close(event: Option<&Event>, code: u16) -> bool {
    matches!(event, Some(Event::Close(Some(frame))) if frame.code == code)
}

fn read(bytes: Vec<u8>) -> (Vec<Event>, End) {
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(LIMITS.max_message_size))
        .max_frame_size(Some(LIMITS.max_frame_size));
    let mut socket = WebSocket::from_raw_socket(Memory(Cursor::new(bytes)), Role::Server, Some(config));
    let mut events = Vec::new();
    loop {
        match socket.read() {
            Ok(message) => events.push(event(message)),
            Err(Error::Protocol(Theirs::ResetWithoutClosingHandshake)) => return (events, End::Open),
            Err(_) => return (events, End::Failed),
        }
        if let Some(Event::Close(_)) = events.last() {
            return (events, End::Closed);
        }
    }
}

fn event(message: Message) -> Event {
    match message {
        Message::Text(text) => Event::Text(text),
        Message::Binary(bytes) => Event::Binary(bytes),
        Message::Ping(bytes) => Event::Ping(bytes),
        Message::Pong(bytes) => Event::Pong(bytes),
        Message::Close(frame) => Event::Close(
            frame.map(|frame| CloseFrame { code: u16::from(frame.code).into(), reason: frame.reason }),
        ),
        Message::Frame(_) => unreachable!("tungstenite never reads one"),
    }
}

/// Appends zeros until the frame that the bytes end in is whole.
fn complete_last_frame(bytes: &mut Vec<u8>) {
    let mut at = 0;
    while at < bytes.len() {
        if bytes.len() < at + 2 {
            bytes.push(0x80);
        }
        let second = bytes[at + 1];
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let size = 2 + extended + if second & 0x80 == 0 { 0 } else { 4 };
        if bytes.len() < at + size {
            bytes.resize(at + size, 0);
        }
        let len = match extended {
            0 => usize::from(second & 0x7f),
            _ => bytes[at + 2..at + 2 + extended]
                .iter()
                .fold(0, |len: usize, &byte| len.wrapping_mul(256).wrapping_add(usize::from(byte))),
        };
        if len > LIMITS.max_frame_size {
            return;
        }
        at += size + len;
        if bytes.len() < at {
            bytes.resize(at, 0);
        }
    }
}

/// A stream that ends after its bytes and swallows what is written.
struct Memory(Cursor<Vec<u8>>);

impl Read for Memory {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Memory {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
