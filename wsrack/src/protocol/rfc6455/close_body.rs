//! The body of a close frame: nothing, or a code and a reason (section 5.5.1).

use bytes::Bytes;

use crate::{
    close::CloseCode,
    protocol::{error::ProtocolError, event::CloseFrame},
};

use super::utf8;

/// Reads a whole body. One of a single byte does not come here: the header is refused.
pub(super) fn parse(mut body: Bytes) -> Result<Option<CloseFrame>, ProtocolError> {
    let Some(code) = code(&body)? else { return Ok(None) };
    let reason = utf8::reason(body.split_off(2))?;
    Ok(Some(CloseFrame { code, reason }))
}

/// Checks what has arrived of a body.
pub(super) fn check(begun: &[u8]) -> Result<(), ProtocolError> {
    if code(begun)?.is_some() {
        utf8::split(&begun[2..]).map_err(|_| ProtocolError::InvalidCloseReason)?;
    }
    Ok(())
}

fn code(body: &[u8]) -> Result<Option<CloseCode>, ProtocolError> {
    let Some(&code) = body.first_chunk() else { return Ok(None) };
    let code = CloseCode(u16::from_be_bytes(code));
    if code.is_valid_on_wire() { Ok(Some(code)) } else { Err(ProtocolError::InvalidCloseCode(code.0)) }
}
