//! Which draft a handshake is of.

use http::header::{CONNECTION, HeaderMap, UPGRADE};

use super::fields::{DRAFT, Field, KEY1, KEY2, VERSION, field, has_token, speaks_websocket};
use super::{PeerFacts, Refusal};
use crate::draft::Draft;
use crate::options::Drafts;

/// The draft, if the route takes it.
///
/// The version field alone decides where it stands. Without it this is an older draft or nothing, and never a newer
/// one: whoever strips a field from a request does not make an older handshake of it.
pub(super) fn draft(headers: &HeaderMap, allowed: Drafts, peer: PeerFacts<'_>) -> Result<Draft, Refusal> {
    let value = match field(headers, VERSION) {
        Field::Absent => return early(headers, allowed, peer),
        Field::Repeated => return Err(Refusal::VersionRepeated(allowed)),
        Field::Once(value) if value.contains(&b',') => return Err(Refusal::VersionRepeated(allowed)),
        Field::Once(value) => value,
    };
    let version = version_number(value).ok_or(Refusal::VersionMalformed(allowed))?;
    let draft = Draft::ALL.iter().copied().find(|draft| draft.version() == Some(version));
    match draft {
        Some(draft) if allowed.contains(draft) => Ok(draft),
        Some(draft) => Err(Refusal::DraftNotAllowed(draft, allowed)),
        None => Err(Refusal::VersionUnknown(allowed)),
    }
}

/// Whether eight bytes that no `Content-Length` announces follow the head, as in hixie-76 to hybi-03.
pub(crate) fn has_challenge(headers: &HeaderMap) -> bool {
    !headers.contains_key(VERSION) && [KEY1, KEY2, DRAFT].iter().any(|name| headers.contains_key(name))
}

/// Whether a head is of a handshake of hixie-75 to hybi-03, be it good or not.
pub(crate) fn is_early(headers: &HeaderMap) -> bool {
    has_challenge(headers)
        || (!speaks_websocket(headers)
            && has_token(headers, UPGRADE, "websocket")
            && has_token(headers, CONNECTION, "upgrade"))
}

/// The drafts from before the version field.
fn early(headers: &HeaderMap, allowed: Drafts, peer: PeerFacts<'_>) -> Result<Draft, Refusal> {
    let takes = |draft: Draft| peer.takes_early && allowed.contains(draft);
    if !has_challenge(headers) {
        return match speaks_websocket(headers) {
            true => Err(Refusal::VersionMissing(allowed)),
            false if takes(Draft::Hixie75) => Ok(Draft::Hixie75),
            false => Err(Refusal::Hixie75),
        };
    }
    let known = [Draft::Hixie76, Draft::Hybi01, Draft::Hybi02, Draft::Hybi03];
    if !known.into_iter().any(takes) {
        return Err(Refusal::EarlyDraft);
    }
    let drafts = match field(headers, DRAFT) {
        Field::Absent | Field::Once(b"0") => &[Draft::Hixie76][..],
        Field::Once(b"1") => &[Draft::Hybi01],
        // The text of hybi-03 has its clients say 2; libraries say 3.
        Field::Once(b"2") => &[Draft::Hybi02, Draft::Hybi03],
        Field::Once(b"3") => &[Draft::Hybi03],
        Field::Once(_) | Field::Repeated => return Err(Refusal::DraftNumber),
    };
    drafts.iter().copied().find(|draft| takes(*draft)).ok_or(Refusal::EarlyDraft)
}

/// 0 to 255 without leading zeros (RFC 6455, 4.3).
fn version_number(digits: &[u8]) -> Option<u8> {
    let plain = digits.iter().all(u8::is_ascii_digit) && (digits.len() == 1 || !digits.starts_with(b"0"));
    plain.then(|| str::from_utf8(digits).ok()?.parse().ok())?
}
