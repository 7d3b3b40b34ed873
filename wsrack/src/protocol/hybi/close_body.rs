//! The body of a close frame, and what the answer to it repeats.

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::{
    close::CloseCode,
    protocol::{error::ProtocolError, event::CloseFrame, replace},
};

use super::rules::{BrokenText, CloseBody, OLD_SIZE, Rules};

/// The most bytes of a reason.
const REASON_MAX: usize = 123;

/// What a body says, and the body of the answer.
pub(super) fn parse(body: &[u8], rules: Rules) -> Result<(Option<CloseFrame>, Bytes), ProtocolError> {
    match rules.close {
        CloseBody::None => Ok((None, Bytes::new())),
        CloseBody::Any | CloseBody::Letter => Ok((None, Bytes::copy_from_slice(body))),
        CloseBody::Code => code_and_reason(body, rules.text),
    }
}

fn code_and_reason(body: &[u8], text: BrokenText) -> Result<(Option<CloseFrame>, Bytes), ProtocolError> {
    let Some((&number, reason)) = body.split_first_chunk() else {
        return if body.is_empty() { Ok((None, Bytes::new())) } else { Err(ProtocolError::CloseBodyOneByte) };
    };
    let code = match CloseCode(u16::from_be_bytes(number)) {
        OLD_SIZE => CloseCode::SIZE,
        code if code.is_valid_on_wire() => code,
        CloseCode(code) => return Err(ProtocolError::InvalidCloseCode(code)),
    };
    let (reason, answer) = match (str::from_utf8(reason), text) {
        (Ok(reason), _) => (reason.into(), Bytes::copy_from_slice(body)),
        (Err(_), BrokenText::Replaced) => (replaced(reason), Bytes::copy_from_slice(&number)),
        (Err(_), BrokenText::Refused) => return Err(ProtocolError::InvalidCloseReason),
    };
    Ok((Some(CloseFrame { code, reason }), answer))
}

fn replaced(reason: &[u8]) -> Utf8Bytes {
    let reason = replace::whole(&Bytes::copy_from_slice(reason));
    reason[..reason.floor_char_boundary(REASON_MAX)].into()
}
