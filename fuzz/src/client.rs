//! A client of any draft, as bytes: it takes nothing from the library but the name of the draft.

use bytes::{Buf, Bytes, BytesMut};
use sha1::{Digest, Sha1};
use wsrack::Draft;

pub(crate) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

const GUID: &str = "61AC5F19-FBBA-4540-B96F-6561F1AB40A8";

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;

/// The bit of the first byte that says that a message is compressed.
pub(crate) const COMPRESSED: u8 = 0x40;

/// Writes a client's frames, and reads a server's.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    draft: Draft,
    /// hybi-04's.
    secret: [u8; 20],
}

/// A frame with today's numbers. `opcode` may have reserved bits.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) is_last: bool,
    pub(crate) opcode: u8,
    pub(crate) key: [u8; 4],
    pub(crate) payload: &'a [u8],
    pub(crate) length: Length,
}

/// How a length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Shortest,
    TwoBytes,
    EightBytes,
    /// More is announced than comes.
    Lies(u64),
}

/// A server's frame, with today's opcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) is_last: bool,
    pub(crate) is_compressed: bool,
    pub(crate) opcode: u8,
    pub(crate) payload: Bytes,
}

impl Client {
    /// `nonce` is that of hybi-04's answer.
    pub(crate) fn new(draft: Draft, nonce: &str) -> Self {
        let secret = Sha1::new().chain_update(KEY).chain_update(nonce).chain_update(GUID).finalize();
        Self { draft, secret: secret.into() }
    }

    pub(crate) fn write(&self, frame: &Frame<'_>) -> Vec<u8> {
        let Frame { opcode, payload, .. } = *frame;
        match (self.draft, opcode) {
            (Draft::Hixie75 | Draft::Hixie76, CLOSE) => return vec![0xff, 0x00],
            (Draft::Hixie75 | Draft::Hixie76, _) => return [&[0x00], payload, &[0xff]].concat(),
            _ => {}
        }
        let top = if frame.is_last == (self.draft >= Draft::Hybi04) { 0x80 } else { 0 };
        let opcode = if self.has_old_opcodes() { opcode & 0x70 | old(opcode & 0x0f) } else { opcode };
        let mut head = vec![top | opcode];
        put_length(&mut head, frame.length, payload.len());
        match self.draft {
            Draft::Hybi01 | Draft::Hybi02 | Draft::Hybi03 => [&head, payload].concat(),
            Draft::Hybi04 => {
                let pad = Sha1::new().chain_update(frame.key).chain_update(self.secret).finalize();
                [&frame.key[..], &xor(&pad, &[&head, payload].concat())].concat()
            }
            Draft::Hybi05 | Draft::Hybi06 => {
                [&frame.key[..], &xor(&frame.key, &[&head, payload].concat())].concat()
            }
            _ => {
                head[1] |= 0x80;
                [&head, &frame.key[..], &xor(&frame.key, payload)].concat()
            }
        }
    }

    /// A whole frame in its usual form.
    pub(crate) fn frame(&self, is_last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        self.write(&Frame { is_last, opcode, key, payload, length: Length::Shortest })
    }

    /// The next frame of a server that does no wrong.
    pub(crate) fn read(&self, input: &mut BytesMut) -> Option<Said> {
        if self.draft <= Draft::Hixie76 {
            return read_hixie(input);
        }
        let (first, second) = (*input.first()?, *input.get(1)?);
        let (head, length) = match second {
            126 => (4, usize::from(u16::from_be_bytes(input.get(2..4)?.try_into().ok()?))),
            127 => (10, u64::from_be_bytes(input.get(2..10)?.try_into().ok()?).try_into().ok()?),
            masked @ 128.. => panic!("a server does not mask: {masked:#x}"),
            short => (2, usize::from(short)),
        };
        if input.len() < head + length {
            return None;
        }
        input.advance(head);
        let opcode = first & 0x0f;
        Some(Said {
            is_last: (first & 0x80 != 0) == (self.draft >= Draft::Hybi04),
            is_compressed: first & COMPRESSED != 0,
            opcode: if self.has_old_opcodes() { new(opcode) } else { opcode },
            payload: input.split_to(length).freeze(),
        })
    }

    fn has_old_opcodes(&self) -> bool {
        self.draft < Draft::Hybi07
    }
}

fn put_length(head: &mut Vec<u8>, length: Length, len: usize) {
    let (form, announced) = match length {
        Length::Shortest => (if len < 126 { 0 } else { u8::from(len > 0xffff) + 1 }, len as u64),
        Length::TwoBytes => (if len > 0xffff { 2 } else { 1 }, len as u64),
        Length::EightBytes => (2, len as u64),
        Length::Lies(announced) => (2, announced),
    };
    match form {
        0 => head.push(len as u8),
        1 => {
            head.push(126);
            head.extend((announced as u16).to_be_bytes());
        }
        _ => {
            head.push(127);
            head.extend(announced.to_be_bytes());
        }
    }
}

fn read_hixie(input: &mut BytesMut) -> Option<Said> {
    let said = |opcode, payload| Some(Said { is_last: true, is_compressed: false, opcode, payload });
    match *input.first()? {
        0x00 => {
            let end = input.iter().position(|byte| *byte == 0xff)?;
            let text = input.split_to(end + 1).freeze();
            said(TEXT, text.slice(1..end))
        }
        0xff if input.len() >= 2 => {
            assert_eq!(input.split_to(2), [0xff, 0x00][..]);
            said(CLOSE, Bytes::new())
        }
        0xff => None,
        other => panic!("a server's frame of type {other:#x}"),
    }
}

fn xor(pad: &[u8], bytes: &[u8]) -> Vec<u8> {
    bytes.iter().zip(pad.iter().cycle()).map(|(byte, pad)| byte ^ pad).collect()
}

fn old(opcode: u8) -> u8 {
    match opcode {
        CLOSE => 1,
        PING => 2,
        PONG => 3,
        TEXT => 4,
        BINARY => 5,
        other => other,
    }
}

fn new(opcode: u8) -> u8 {
    match opcode {
        1 => CLOSE,
        2 => PING,
        3 => PONG,
        4 => TEXT,
        5 => BINARY,
        other => other,
    }
}
