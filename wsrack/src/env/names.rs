//! The header names that a request environment keeps as one byte.

use std::cmp::Ordering;

/// The byte in front of a name that is not in the table and therefore stands in the block.
pub(super) const UNKNOWN: u8 = 0;

/// The byte for `name` (in lower case), or [`UNKNOWN`].
pub(super) fn code(name: &str) -> u8 {
    let found = NAMES.binary_search_by(|known| order(known, name));
    found.ok().and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(UNKNOWN)
}

/// The name that [`code`] gave `code` to.
pub(super) fn name(code: u8) -> Option<&'static str> {
    NAMES.get(usize::from(code).checked_sub(1)?).copied()
}

/// Whether a header's value may be written to a log: only where the name is well known and its value
/// is neither a credential nor something that credentials are passed in.
///
/// Unknown names are not, since nothing tells `X-Color` from `X-Secret`.
pub(super) fn is_loggable(name: &str) -> bool {
    code(name) != UNKNOWN && !SECRET.contains(&name)
}

const SECRET: [&str; 9] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "referer",                // a whole URL: its query may hold a token
    "sec-websocket-protocol", // browsers cannot set headers, so scripts pass tokens here
    "websocket-protocol",
    "x-api-key",
    "x-csrf-token",
    "x-original-uri", // likewise
];

/// By length first: it settles most steps of the search without looking at the bytes.
fn order(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// What browsers, command-line clients and proxies send, in [`order`].
#[rustfmt::skip]
static NAMES: [&str; 94] = [
    "b3", "te", "dnt", "via", "date", "from", "host", "range", "accept", "cf-ray", "cookie", "expect",
    "origin", "pragma", "baggage", "referer", "sec-gpc", "trailer", "upgrade", "cdn-loop", "if-match",
    "priority", "x-scheme", "forwarded", "save-data", "sec-ch-ua", "x-api-key", "x-real-ip",
    "cf-visitor", "connection", "fly-region", "keep-alive", "tracestate", "user-agent", "traceparent",
    "x-amz-cf-id", "x-b3-spanid", "x-client-ip", "cf-ipcountry", "content-type", "max-forwards",
    "x-b3-sampled", "x-b3-traceid", "x-csrf-token", "x-request-id", "authorization", "cache-control",
    "fly-client-ip", "if-none-match", "accept-charset", "content-length", "sec-fetch-dest",
    "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "true-client-ip", "x-original-uri",
    "accept-encoding", "accept-language", "x-amzn-trace-id", "x-forwarded-for", "cf-connecting-ip",
    "content-encoding", "content-language", "proxy-connection", "sec-ch-ua-mobile", "x-correlation-id",
    "x-forwarded-host", "x-forwarded-port", "x-requested-with", "if-modified-since", "sec-websocket-key",
    "transfer-encoding", "x-forwarded-proto", "sec-ch-ua-platform", "sec-websocket-key1",
    "sec-websocket-key2", "websocket-protocol", "x-forwarded-prefix", "x-forwarded-server",
    "if-unmodified-since", "proxy-authorization", "sec-websocket-draft", "sec-websocket-nonce",
    "x-cluster-client-ip", "sec-websocket-origin", "sec-websocket-version", "x-cloud-trace-context",
    "sec-websocket-protocol", "sec-fetch-storage-access", "sec-websocket-extensions",
    "x-envoy-external-address", "upgrade-insecure-requests", "x-envoy-expected-rq-timeout-ms",
];

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::{NAMES, SECRET, UNKNOWN, code, is_loggable, name, order};

    #[test]
    fn each_name_has_a_byte_of_its_own() {
        assert!(NAMES.is_sorted_by(|a, b| order(a, b).is_lt()), "sorted, no name twice");
        for known in NAMES {
            assert_ne!(code(known), UNKNOWN);
            assert_eq!(name(code(known)), Some(known));
            assert_eq!(HeaderName::from_static(known), known);
        }
    }

    #[test]
    fn other_names_have_none() {
        for other in ["", "x-color", "hos", "hostt", "Host"] {
            assert_eq!(code(other), UNKNOWN, "{other}");
        }
        assert_eq!(name(UNKNOWN), None);
        assert_eq!(name(u8::MAX), None);
    }

    #[test]
    fn only_harmless_known_names_are_loggable() {
        assert!(is_loggable("host"));
        assert!(!is_loggable("x-secret"));
        for secret in SECRET {
            assert!(!is_loggable(secret), "{secret}");
        }
    }
}
