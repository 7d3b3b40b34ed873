//! The frames that a server sends: never masked, and with the length of RFC 6455.

use crate::{
    close::CloseCode,
    draft::Draft,
    protocol::rfc6455::{self, LAST_FRAME, MAX_CONTROL, MAX_SERVER_HEADER, Opcode},
};

use super::rules::{CloseBody, LastFrame, Opcodes, Rules, code_on_wire};

/// A header of RFC 6455, rewritten.
pub(in crate::protocol) fn server_header(
    draft: Draft,
    opcode: Opcode,
    is_last: bool,
    len: usize,
) -> ([u8; MAX_SERVER_HEADER], u8) {
    let rules = Rules::of(draft);
    let (mut header, size) = rfc6455::server_header(opcode, len);
    let top = if is_last == (rules.last == LastFrame::Fin) { LAST_FRAME } else { 0 };
    header[0] = top | opcode_number(opcode, rules.opcodes);
    (header, size)
}

/// Writes the body of a close that the server begins; its length.
pub(in crate::protocol) fn close_body(
    draft: Draft,
    close: Option<(CloseCode, &str)>,
    body: &mut [u8; MAX_CONTROL],
) -> usize {
    match Rules::of(draft).close {
        CloseBody::None | CloseBody::Any => 0,
        CloseBody::Letter => {
            body[0] = b'S';
            1
        }
        CloseBody::Code => {
            let known = close.and_then(|(code, reason)| Some((code_on_wire(draft, code)?, reason)));
            known.map_or(0, |(code, reason)| rfc6455::close_body(code, reason, body))
        }
    }
}

fn opcode_number(opcode: Opcode, opcodes: Opcodes) -> u8 {
    match (opcodes, opcode) {
        (Opcodes::New, opcode) => opcode as u8,
        (Opcodes::Old, Opcode::Continue) => 0x0,
        (Opcodes::Old, Opcode::Close) => 0x1,
        (Opcodes::Old, Opcode::Ping) => 0x2,
        (Opcodes::Old, Opcode::Pong) => 0x3,
        (Opcodes::Old, Opcode::Text) => 0x4,
        (Opcodes::Old, Opcode::Binary) => 0x5,
    }
}
