//! Is the page that a browser connects from one that may?

use http::HeaderValue;
use http::header::{HeaderMap, ORIGIN};

use super::fields::HYBI_ORIGIN;
use super::{PeerFacts, Refusal};
use crate::draft::Draft;
use crate::log::log;
use crate::options::Settings;
use crate::options::origin::Authority;

/// Refuses a forbidden origin, and logs it with the host: the two values whose difference needs an explanation.
pub(super) fn check(
    headers: &HeaderMap,
    draft: Draft,
    settings: &Settings,
    host: Authority<'_>,
    peer: PeerFacts<'_>,
) -> Result<(), Refusal> {
    let first = given(headers, draft).next();
    if first.is_none() && matches!(draft, Draft::Hybi04 | Draft::Hybi05) {
        return Err(Refusal::OriginMissing);
    }
    if settings.origins.is_any() {
        return Ok(());
    }
    let Some(first) = first else { return Ok(()) };
    let agreed = given(headers, draft).all(|other| other == first);
    if agreed && first.to_str().is_ok_and(|origin| settings.origins.allow(origin, host, peer.secure)) {
        return Ok(());
    }
    if let Some(left_out) = peer.strangers.passes() {
        let origins: Vec<_> = given(headers, draft).take(2).collect();
        log!(
            warn,
            "refused a handshake: its origin is not allowed: origin {origins:?}, host {host}{left_out}"
        );
    }
    Err(Refusal::Origin)
}

/// Clients of versions 4 to 8 name the field either way, for 8 stands for drafts from before and after the change.
fn given(headers: &HeaderMap, draft: Draft) -> impl Iterator<Item = &HeaderValue> {
    let older = (Draft::Hybi04..=Draft::Hybi08).contains(&draft);
    let older = older.then(|| headers.get_all(HYBI_ORIGIN).into_iter()).into_iter().flatten();
    headers.get_all(ORIGIN).into_iter().chain(older)
}
