//! What hybi-01 to hybi-12 do otherwise than RFC 6455: one row a draft.

use crate::{close::CloseCode, draft::Draft};

/// How one draft differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol) struct Rules {
    pub(super) last: LastFrame,
    pub(super) opcodes: Opcodes,
    pub(super) masking: Masking,
    pub(super) close: CloseBody,
    pub(super) text: BrokenText,
}

/// What the top bit of a message's last frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastFrame {
    /// 0: the bit says that more follows.
    More,
    /// 1, as in RFC 6455.
    Fin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcodes {
    /// 0 continuation, 1 close, 2 ping, 3 pong, 4 text, 5 binary; the bit above the length is a fourth reserved one.
    Old,
    /// Those of RFC 6455.
    New,
}

/// How a client hides its frames. Servers never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masking {
    None,
    /// Four bytes in front; a SHA-1 of them and the connection's secret covers header and payload.
    Sha1,
    /// Four bytes in front cover header and payload.
    Frame,
    /// Four bytes behind the header cover the payload, as in RFC 6455.
    Payload,
}

/// What a close frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseBody {
    /// Nothing; the answer is empty.
    None,
    /// Anything; the answer repeats it.
    Any,
    /// A letter for the side that begins, `C` or `S`; the answer repeats it.
    Letter,
    /// A code and a reason, or nothing; the answer repeats them.
    Code,
}

/// What becomes of text that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenText {
    /// U+FFFD stands for what is wrong.
    Replaced,
    /// It ends the connection, as in RFC 6455.
    Refused,
}

impl Rules {
    pub(in crate::protocol) const fn of(draft: Draft) -> Self {
        use BrokenText::{Refused, Replaced};
        use CloseBody::{Any, Code, Letter, None as Empty};
        use LastFrame::{Fin, More};
        use Opcodes::{New, Old};

        let (last, opcodes, masking, close, text) = match draft {
            Draft::Hybi01 | Draft::Hybi02 => (More, Old, Masking::None, Empty, Replaced),
            Draft::Hybi03 => (More, Old, Masking::None, Any, Replaced),
            Draft::Hybi04 => (Fin, Old, Masking::Sha1, Any, Replaced),
            Draft::Hybi05 => (Fin, Old, Masking::Frame, Letter, Replaced),
            Draft::Hybi06 => (Fin, Old, Masking::Frame, Code, Replaced),
            Draft::Hybi07 => (Fin, New, Masking::Payload, Code, Replaced),
            // Version 8 is hybi-08 to hybi-12, which cannot be told apart: the rules of the last.
            _ => (Fin, New, Masking::Payload, Code, Refused),
        };
        Self { last, opcodes, masking, close, text }
    }
}

/// "Message too large" of hybi-06 to hybi-12, which is 1009 since.
pub(in crate::protocol) const OLD_SIZE: CloseCode = CloseCode(1004);

/// The number by which a draft calls a close code; `None` where it has no such code.
pub(in crate::protocol) const fn code_on_wire(draft: Draft, code: CloseCode) -> Option<CloseCode> {
    let known = match (draft, code) {
        (Draft::Rfc6455, code) => code.is_valid_on_wire(),
        (Draft::Hybi06 | Draft::Hybi07 | Draft::Hybi08, CloseCode::SIZE) => return Some(OLD_SIZE),
        (Draft::Hybi08, CloseCode::INVALID) => true,
        (Draft::Hybi06 | Draft::Hybi07 | Draft::Hybi08, CloseCode(code)) => {
            matches!(code, 1000..=1003 | 3000..=4999)
        }
        _ => false,
    };
    if known { Some(code) } else { None }
}
