//! Frames as a client sends them, and as a server does.

use wsrack::protocol::{Fragment, Kind, Wire};

const FINAL: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// What a client sends.
pub(crate) mod client {
    use super::{BINARY, CLOSE, CONTINUATION, FINAL, PING, PONG, TEXT};

    pub(crate) fn text(text: &str) -> Vec<u8> {
        frame(FINAL | TEXT, text.as_bytes())
    }

    pub(crate) fn binary(bytes: &[u8]) -> Vec<u8> {
        frame(FINAL | BINARY, bytes)
    }

    pub(crate) fn ping(payload: &[u8]) -> Vec<u8> {
        frame(FINAL | PING, payload)
    }

    pub(crate) fn pong(payload: &[u8]) -> Vec<u8> {
        frame(FINAL | PONG, payload)
    }

    pub(crate) fn close(code: u16, reason: &str) -> Vec<u8> {
        frame(FINAL | CLOSE, &[&code.to_be_bytes()[..], reason.as_bytes()].concat())
    }

    pub(crate) fn first_fragment(text: &str) -> Vec<u8> {
        frame(TEXT, text.as_bytes())
    }

    pub(crate) fn last_fragment(text: &str) -> Vec<u8> {
        frame(FINAL | CONTINUATION, text.as_bytes())
    }

    /// A masked frame with any first byte.
    pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
        let mut frame = vec![first];
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(len @ ..=125), _) => frame.push(0x80 | len),
            (_, Ok(len)) => {
                frame.push(0x80 | 0x7e);
                frame.extend(len.to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 0x7f);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend(KEY);
        frame.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
        frame
    }
}

/// What a server sends.
pub(crate) mod server {
    use bytes::BytesMut;
    use wsrack::CloseCode;

    use super::{Fragment, Kind, Wire};

    pub(crate) fn text(text: &str) -> BytesMut {
        written(|out| Wire::RFC6455.message(Kind::Text, text.as_bytes(), out))
    }

    pub(crate) fn pong(payload: &[u8]) -> BytesMut {
        written(|out| Wire::RFC6455.pong(payload, out))
    }

    pub(crate) fn close(code: u16, reason: &str) -> BytesMut {
        written(|out| Wire::RFC6455.close(Some((CloseCode(code), reason)), out))
    }

    pub(crate) fn fragment(fragment: Fragment, text: &str) -> BytesMut {
        written(|out| {
            out.extend_from_slice(Wire::RFC6455.fragment_header(fragment, text.len()).as_ref());
            out.extend_from_slice(text.as_bytes());
        })
    }

    fn written(write: impl FnOnce(&mut BytesMut)) -> BytesMut {
        let mut out = BytesMut::new();
        write(&mut out);
        out
    }
}
