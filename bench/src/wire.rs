//! The bytes of a client, made once and sent many times.

use flate2::{Compress, Compression, FlushCompress};

use crate::Result;

/// A browser's handshake: its twelve headers decide what an idle connection keeps.
pub fn request(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\n\
         Host: localhost:3000\r\n\
         Connection: Upgrade\r\n\
         Pragma: no-cache\r\n\
         Cache-Control: no-cache\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n\
         Upgrade: websocket\r\n\
         Origin: http://localhost:3000\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Accept-Encoding: gzip, deflate, br, zstd\r\n\
         Accept-Language: en-US,en;q=0.9\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    )
}

/// What must stand in the answer: the accept key of RFC 6455, section 1.3.
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The opcode of a text message.
pub const TEXT: u8 = 1;
/// The opcode of a binary message.
pub const BINARY: u8 = 2;
/// The bit beside the opcode of a compressed message.
pub const PACKED: u8 = 0x40;
/// What a sender takes off the end of a compressed message.
pub const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// The opcode of a close frame.
pub const CLOSE: u8 = 8;

/// A client's frame, masked.
pub fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = header(opcode, 0x80, payload.len());
    frame.extend_from_slice(&KEY);
    frame.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// A client's text, compressed by itself as RFC 7692 has it.
///
/// # Errors
///
/// Those of zlib.
pub fn packed(text: &[u8]) -> Result<Vec<u8>> {
    let mut deflated = Vec::with_capacity(text.len() + 64);
    Compress::new(Compression::default(), false).compress_vec(text, &mut deflated, FlushCompress::Sync)?;
    // The end of a flush is not sent.
    deflated.truncate(deflated.len() - TAIL.len());
    Ok(masked(TEXT | PACKED, &deflated))
}

/// A server's frame.
pub fn plain(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(opcode, 0, payload.len());
    frame.extend_from_slice(payload);
    frame
}

/// Text of `len` bytes, ASCII, that differs from that of other numbers.
pub fn text(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| b' ' + u8::try_from((number * 31 + at * 7) % 94).unwrap_or(0)).collect()
}

/// JSON of 1 KiB as a service might send it, that differs from that of other numbers.
pub fn json(number: usize) -> Vec<u8> {
    json_text(number).into_bytes()
}

fn json_text(number: usize) -> String {
    let mut text = format!("{{\"page\":{number},\"orders\":[");
    for at in 0.. {
        let id = (number + 1) * 7919 * (at + 1) % 99_991;
        let order = format!(
            "{{\"id\":{id},\"customer\":\"c-{:04x}\",\"state\":\"{}\",\"total\":{}.{:02},\"items\":{}}}",
            id * 31 % 65_536,
            ["open", "paid", "sent", "returned"][id % 4],
            id % 1000,
            id % 100,
            id % 9 + 1,
        );
        if text.len() + order.len() + 10 > JSON_SIZE {
            break;
        }
        text += &order;
        text.push(',');
    }
    let rest = JSON_SIZE - text.len() - 4;
    text + "\"" + &"x".repeat(rest) + "\"]}"
}

/// Bytes of [`json`].
const JSON_SIZE: usize = 1024;

fn header(opcode: u8, mask: u8, len: usize) -> Vec<u8> {
    let mut header = vec![0x80 | opcode];
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ 0..=125), _) => header.push(mask | len),
        (_, Ok(len)) => {
            header.push(mask | 0x7e);
            header.extend_from_slice(&len.to_be_bytes());
        }
        _ => {
            header.push(mask | 0x7f);
            header.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    header
}
