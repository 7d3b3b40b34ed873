//! Headers that clients send word for word, each kept as one byte: what HPACK's static table is to HTTP/2.

/// The byte for a header that is known with its value, counted down from the top; names count up from 1.
pub(super) fn code(name: &str, value: &[u8]) -> Option<u8> {
    let at = PAIRS.iter().position(|pair| pair.1.as_bytes() == value && pair.0 == name)?;
    u8::try_from(at).ok().map(|at| u8::MAX - at)
}

/// The header that [`code`] gave `code` to.
pub(super) fn pair(code: u8) -> Option<(&'static str, &'static [u8])> {
    PAIRS.get(usize::from(u8::MAX - code)).map(|(name, value)| (*name, value.as_bytes()))
}

static PAIRS: [(&str, &str); 34] = [
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("connection", "upgrade"),
    ("connection", "keep-alive, Upgrade"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits"),
    ("sec-websocket-extensions", "permessage-deflate"),
    ("pragma", "no-cache"),
    ("cache-control", "no-cache"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", "en-US,en;q=0.9"),
    ("accept-language", "en-US,en;q=0.5"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("accept", "*/*"),
    ("sec-fetch-dest", "empty"),
    ("sec-fetch-dest", "websocket"),
    ("sec-fetch-mode", "websocket"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-site", "same-site"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-storage-access", "none"),
    ("sec-fetch-storage-access", "active"),
    ("sec-gpc", "1"),
    ("dnt", "1"),
    ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-mobile", "?1"),
    ("sec-ch-ua-platform", "\"Windows\""),
    ("sec-ch-ua-platform", "\"macOS\""),
    ("sec-ch-ua-platform", "\"Android\""),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "443"),
];

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::{PAIRS, code, pair};

    #[test]
    fn each_pair_has_a_byte_of_its_own() {
        for (name, value) in PAIRS {
            let code = code(name, value.as_bytes()).unwrap();
            assert_eq!(pair(code), Some((name, value.as_bytes())), "{name}: {value} stands there twice");
            assert!(names::name(code).is_none(), "the byte of {name}: {value} is a name's");
        }
    }

    #[test]
    fn other_headers_have_none() {
        for (name, value) in [("upgrade", "WebSocket"), ("x-color", "13"), ("dnt", ""), ("", "1")] {
            assert_eq!(code(name, value.as_bytes()), None, "{name}: {value}");
        }
        assert_eq!(pair(1), None);
    }
}
