//! Heads that are mostly right: every field and value that some rule looks at, and anything in between.

use arbitrary::Arbitrary;

#[derive(Debug, Arbitrary)]
pub(super) struct Sketch {
    line: Line,
    /// A good handshake to begin with, by number.
    handshake: u8,
    /// The field of it that is left out.
    without: u8,
    fields: Vec<Field>,
    behind: Vec<u8>,
}

#[derive(Debug, Arbitrary)]
struct Line {
    method: u8,
    target: Text,
    version: u8,
}

#[derive(Debug, Arbitrary)]
struct Field {
    name: u8,
    value: Text,
    end: u8,
}

#[derive(Debug, Arbitrary)]
enum Text {
    Known(u8),
    Any(Vec<u8>),
    Both(u8, Vec<u8>),
}

const NAMES: &[&str] = &[
    "Host",
    "Upgrade",
    "Connection",
    "Origin",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Key1",
    "Sec-WebSocket-Key2",
    "Sec-WebSocket-Draft",
    "Sec-WebSocket-Protocol",
    "WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Origin",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "X",
    " Host",
];

const VALUES: &[&str] = &[
    "example.com",
    "websocket",
    "WebSocket",
    "Upgrade",
    "keep-alive, Upgrade",
    "http://example.com",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "13",
    "255",
    "dGhlIHNhbXBsZSBub25jZQ==",
    "4 @1  46546xW%0l 1 5",
    "12998 5 Y3 1  .P00",
    "sample",
    "chat, sample",
    "permessage-deflate; client_max_window_bits",
    "chunked",
    "100-continue",
    "close",
    "",
];

const TARGETS: &[&str] = &["/", "/?a=1", "/a/b", "*", "http://other.example/", "//", "/%0d%0aX:%20y"];

/// The fields of good handshakes.
const HANDSHAKES: &[&[&str]] = &[
    &["Upgrade: WebSocket", "Connection: Upgrade", "Host: example.com", "Origin: http://example.com"],
    &[
        "Host: example.com",
        "Connection: Upgrade",
        "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
        "Upgrade: WebSocket",
        "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
        "Origin: http://example.com",
    ],
    &[
        "Host: example.com",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ],
    &[
        "Host: example.com",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Origin: http://example.com",
    ],
    &[],
];

impl Sketch {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = self.line.write();
        let fields = HANDSHAKES[usize::from(self.handshake) % HANDSHAKES.len()];
        for (at, field) in fields.iter().enumerate() {
            if at != usize::from(self.without) {
                bytes.extend_from_slice(field.as_bytes());
                bytes.extend_from_slice(b"\r\n");
            }
        }
        self.fields.iter().take(40).for_each(|field| field.write(&mut bytes));
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.behind);
        bytes
    }
}

impl Line {
    fn write(&self) -> Vec<u8> {
        let method = ["GET", "GET", "GET", "GET", "POST", "HEAD", "get", "CONNECT"];
        let version = ["1.1", "1.1", "1.1", "1.1", "1.0", "2.0", "1.11", ""];
        let mut bytes = format!("{} ", method[usize::from(self.method % 8)]).into_bytes();
        bytes.extend_from_slice(&self.target.bytes(TARGETS));
        bytes.extend_from_slice(format!(" HTTP/{}\r\n", version[usize::from(self.version % 8)]).as_bytes());
        bytes
    }
}

impl Field {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(NAMES[usize::from(self.name) % NAMES.len()].as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(&self.value.bytes(VALUES));
        bytes.extend_from_slice(match self.end {
            0 => b"\n",
            1 => b"\r",
            2 => b"\r\n ",
            3 => b"\0\r\n",
            _ => b"\r\n",
        });
    }
}

impl Text {
    fn bytes(&self, known: &[&str]) -> Vec<u8> {
        let known = |at: &u8| known[usize::from(*at) % known.len()].as_bytes().to_vec();
        match self {
            Self::Known(at) => known(at),
            Self::Any(bytes) => bytes.clone(),
            Self::Both(at, bytes) => [known(at), bytes.clone()].concat(),
        }
    }
}
