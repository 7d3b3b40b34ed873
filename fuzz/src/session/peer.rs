//! The client of a session, by the draft's letter and by zlib.

use bytes::BytesMut;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use wsrack::Draft;
use wsrack::testing::RawClient;

use super::Message;
use super::server::Server;
use crate::client::{BINARY, CLOSE, COMPRESSED, CONTINUATION, Client, KEY, PING, PONG, Said, TEXT};
use crate::pieces::pieces;

const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

pub(super) struct Peer {
    raw: RawClient,
    draft: Draft,
    frames: Client,
    deflate: Option<Deflate>,
    /// What is sent with the next turn, and where it is cut.
    pending: Vec<u8>,
    seed: u32,
    input: BytesMut,
    came: Came,
}

/// All that the server sent.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) messages: Vec<Message>,
    pub(super) pings: Vec<Vec<u8>>,
    pub(super) pongs: Vec<Vec<u8>>,
    pub(super) closes: Vec<Vec<u8>>,
}

struct Deflate {
    compress: Compress,
    forgets: bool,
    decompress: Decompress,
    server_forgets: bool,
}

impl Peer {
    pub(super) async fn open(server: &Server, draft: Draft, path: &str, seed: u32) -> Self {
        let mut raw = server.raw();
        raw.write(handshake(draft, path)).await.expect("the server reads");
        let head = raw.read_head().await.expect("an answer");
        assert!(head.starts_with("HTTP/1.1 101 "), "{draft}: {head}");
        if has_challenge(draft) {
            assert_eq!(raw.read(16).await.expect("a proof"), b"8jKS'y:G*Co,Wxa-"[..]);
        }
        let nonce = field(&head, "sec-websocket-nonce").unwrap_or_default();
        let deflate = field(&head, "sec-websocket-extensions").map(|agreed| Deflate::new(&agreed));
        assert_eq!(deflate.is_some(), draft == Draft::Rfc6455 && path != "/plain");
        let frames = Client::new(draft, &nonce);
        let (pending, input, came) = (Vec::new(), BytesMut::new(), Came::default());
        Self { raw, draft, frames, deflate, pending, seed, input, came }
    }

    /// Sends a message in as many frames as the draft allows, which are counted.
    pub(super) fn say(
        &mut self,
        message: &Message,
        frames: usize,
        ping: Option<&[u8]>,
        packed: bool,
    ) -> usize {
        let frames = if self.draft.has_binary() { frames } else { 1 };
        let mut opcode = if matches!(message, Message::Text(_)) { TEXT } else { BINARY };
        let mut payload = message.bytes().to_vec();
        if let Some(deflate) = self.deflate.as_mut().filter(|_| packed) {
            payload = deflate.pack(&payload);
            opcode |= COMPRESSED;
        }
        let size = payload.len() / frames;
        for at in 0..frames {
            let is_last = at == frames - 1;
            let part = if is_last { &payload[at * size..] } else { &payload[at * size..][..size] };
            self.pending.extend(self.frames.frame(is_last, opcode, part));
            opcode = CONTINUATION;
            if let Some(ping) = ping.filter(|_| !is_last) {
                self.ping(ping);
            }
        }
        frames
    }

    pub(super) fn ping(&mut self, body: &[u8]) {
        self.pending.extend(self.frames.frame(true, PING, body));
    }

    /// Has what was sent arrive, in pieces.
    pub(super) async fn turn(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for piece in pieces(&pending, self.seed) {
            self.raw.write(piece).await.expect("the server reads");
            tokio::task::yield_now().await;
        }
        self.seed = self.seed.rotate_left(5);
    }

    pub(super) async fn close(&mut self) {
        if self.draft == Draft::Hixie75 {
            return;
        }
        let body: &[u8] = match self.draft {
            draft if draft.has_close_code() => &[0x03, 0xe8],
            Draft::Hybi05 => b"C",
            _ => b"",
        };
        self.pending.extend(self.frames.frame(true, CLOSE, body));
        self.turn().await;
    }

    /// Answers the server's close, or awaits the end of the stream where the draft has none.
    pub(super) async fn await_close(&mut self) {
        while self.came.closes.is_empty() {
            // Byte by byte: what is behind the close would be wrong.
            let Ok(byte) = self.raw.read(1).await else { return };
            self.input.extend_from_slice(&byte);
            self.take();
        }
        self.close().await;
    }

    /// Reads up to the end of the stream; ends the client's side where nobody has closed.
    pub(super) async fn end(mut self, is_closed: bool) -> Came {
        if !is_closed || self.draft == Draft::Hixie75 {
            // The server may have ended the stream.
            let _ended = self.raw.shutdown().await;
        }
        self.input.extend_from_slice(&self.raw.read_to_end().await.expect("the stream ends"));
        self.take();
        assert!(self.input.is_empty(), "{} bytes are no frame", self.input.len());
        self.came
    }

    fn take(&mut self) {
        while let Some(said) = self.frames.read(&mut self.input) {
            assert!(self.came.closes.is_empty(), "{said:?} behind the close");
            self.hear(said);
        }
    }

    fn hear(&mut self, said: Said) {
        assert!(said.is_last, "{said:?}");
        let mut payload = said.payload.to_vec();
        if said.is_compressed {
            assert!(matches!(said.opcode, TEXT | BINARY), "{said:?}");
            payload = self.deflate.as_mut().expect("it was agreed").unpack(payload);
        }
        match said.opcode {
            TEXT => self.came.messages.push(Message::Text(String::from_utf8(payload).expect("text"))),
            BINARY => self.came.messages.push(Message::Binary(payload)),
            PING => self.came.pings.push(payload),
            PONG => self.came.pongs.push(payload),
            CLOSE => self.came.closes.push(payload),
            _ => panic!("{said:?}"),
        }
    }
}

impl Deflate {
    fn new(agreed: &str) -> Self {
        let bits = agreed
            .split_once("client_max_window_bits=")
            .and_then(|(_, bits)| bits.split(';').next()?.parse().ok());
        Self {
            compress: Compress::new_with_window_bits(Compression::new(6), false, bits.unwrap_or(15)),
            forgets: agreed.contains("client_no_context_takeover"),
            decompress: Decompress::new(false),
            server_forgets: agreed.contains("server_no_context_takeover"),
        }
    }

    fn pack(&mut self, payload: &[u8]) -> Vec<u8> {
        if self.forgets {
            self.compress.reset();
        }
        let mut packed = Vec::with_capacity(payload.len() * 2 + 1000);
        self.compress.compress_vec(payload, &mut packed, FlushCompress::Sync).expect("it compresses");
        if packed.ends_with(&TAIL) {
            packed.truncate(packed.len() - TAIL.len());
        }
        // zlib flushes nothing twice.
        if packed.is_empty() {
            packed.push(0);
        }
        packed
    }

    fn unpack(&mut self, mut packed: Vec<u8>) -> Vec<u8> {
        packed.extend_from_slice(&TAIL);
        if self.server_forgets {
            self.decompress.reset(false);
        }
        let mut payload = Vec::with_capacity(1 << 16);
        self.decompress.decompress_vec(&packed, &mut payload, FlushDecompress::Sync).expect("it inflates");
        payload
    }
}

fn handshake(draft: Draft, path: &str) -> String {
    let fields = match draft {
        Draft::Hixie75 => String::new(),
        Draft::Hixie76 | Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => {
            let number = match draft {
                Draft::Hybi01 => "Sec-WebSocket-Draft: 1\r\n",
                Draft::Hybi02 => "Sec-WebSocket-Draft: 2\r\n",
                Draft::Hybi03 => "Sec-WebSocket-Draft: 3\r\n",
                _ => "",
            };
            format!(
                "{number}Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nSec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n"
            )
        }
        draft => format!(
            "Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: {}\r\n\
             Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
            draft.version().expect("a version")
        ),
    };
    let key = if has_challenge(draft) { "^n:ds[4U" } else { "" };
    format!(
        "GET {path} HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nHost: example.com\r\n\
         Origin: http://example.com\r\n{fields}\r\n{key}"
    )
}

fn has_challenge(draft: Draft) -> bool {
    matches!(draft, Draft::Hixie76 | Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03)
}

fn field(head: &str, name: &str) -> Option<String> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
}
