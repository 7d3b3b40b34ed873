//! What both ends agree on beside the protocol itself: permessage-deflate (RFC 7692) is the one extension.
//!
//! A client may send several offers, the one that it likes best first. The first that makes sense and can be met is
//! taken; one that does not is passed over, and where none is left messages are not compressed.

mod parse;

use std::fmt::Write as _;

use http::HeaderValue;
use http::header::{HeaderMap, SEC_WEBSOCKET_EXTENSIONS};

use self::parse::{Parameter, offers};
use crate::options::Compression;
use crate::protocol::{Packing, Unpacking, WINDOW_BITS};

/// The extension's name.
const NAME: &str = "permessage-deflate";

/// The largest window, and what counts where nothing is said.
const LARGEST: u8 = *WINDOW_BITS.end();

/// What is compressed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agreement {
    pub(crate) packing: Packing,
    pub(crate) unpacking: Unpacking,
    /// What the answer says of the windows.
    server_bits: Option<u8>,
    client_bits: Option<u8>,
}

/// What the client offers and these settings allow.
pub(super) fn agree(headers: &HeaderMap, settings: Compression) -> Option<Agreement> {
    let fields = headers.get_all(SEC_WEBSOCKET_EXTENSIONS).into_iter();
    let mut offers = fields.flat_map(|field| offers(field.as_bytes()));
    offers.find_map(|offer| Offer::read(&offer?)?.meet(settings))
}

impl Agreement {
    /// The field of the answer.
    pub(super) fn header(self) -> HeaderValue {
        let mut text = NAME.to_owned();
        if !self.packing.takeover() {
            text.push_str("; server_no_context_takeover");
        }
        if !self.unpacking.takeover() {
            text.push_str("; client_no_context_takeover");
        }
        for (name, bits) in [("server", self.server_bits), ("client", self.client_bits)] {
            if let Some(bits) = bits {
                // Writing into a `String` does not fail.
                let _written = write!(text, "; {name}_max_window_bits={bits}");
            }
        }
        // Letters and digits are a value.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(NAME))
    }
}

/// An offer that makes sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Offer {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    /// The largest where it stands there without a value.
    client_max_window_bits: Option<u8>,
}

impl Offer {
    /// `None` where it is for another extension, or has a parameter that is unknown, repeated or senseless (section
    /// 7.1).
    fn read(offer: &parse::Offer<'_>) -> Option<Self> {
        if offer.name != NAME {
            return None;
        }
        let mut read = Self::default();
        for Parameter { name, value } in &offer.parameters {
            let is_new = match (*name, value.as_deref()) {
                ("server_no_context_takeover", None) => {
                    !std::mem::replace(&mut read.server_no_context_takeover, true)
                }
                ("client_no_context_takeover", None) => {
                    !std::mem::replace(&mut read.client_no_context_takeover, true)
                }
                ("server_max_window_bits", Some(value)) => {
                    read.server_max_window_bits.replace(window_bits(value)?).is_none()
                }
                ("client_max_window_bits", value) => {
                    let bits = value.map_or(Some(LARGEST), window_bits)?;
                    read.client_max_window_bits.replace(bits).is_none()
                }
                _ => false,
            };
            if !is_new {
                return None;
            }
        }
        Some(read)
    }

    fn meet(self, settings: Compression) -> Option<Agreement> {
        let asked = self.server_max_window_bits;
        // The smallest window that the RFC knows is one that nothing here can compress with.
        if asked.is_some_and(|bits| !WINDOW_BITS.contains(&bits)) {
            return None;
        }
        let server_bits = asked.into_iter().chain(settings.server_bits.filter(|bits| *bits < LARGEST)).min();
        // Only a client that says it can may be told of a window; others are told to refer to nothing (7.1.2.2).
        let told = settings.client_bits.zip(self.client_max_window_bits);
        let client_bits = told.map(|(ours, theirs)| ours.min(theirs));
        let cannot_be_told = settings.client_bits.is_some_and(|bits| bits < LARGEST) && client_bits.is_none();
        let server_takeover = settings.is_dedicated && !self.server_no_context_takeover;
        let client_takeover = settings.is_dedicated && !self.client_no_context_takeover && !cannot_be_told;
        Some(Agreement {
            packing: Packing::new(settings.level, server_bits.unwrap_or(LARGEST), server_takeover),
            unpacking: Unpacking::new(client_bits.unwrap_or(LARGEST), client_takeover),
            server_bits,
            client_bits,
        })
    }
}

/// 8 to 15, without leading zeros (section 7.1.2).
fn window_bits(digits: &str) -> Option<u8> {
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|bits| is_plain && (8..=LARGEST).contains(bits))
}
