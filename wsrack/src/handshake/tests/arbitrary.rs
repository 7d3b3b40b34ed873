//! Whatever the peer sends, there is an answer.

use http::HeaderValue;
use proptest::prelude::*;

use super::{facts, request, settings};
use crate::handshake::negotiate;
use crate::handshake::rejection::Rejection;

const NAMES: [&str; 12] = [
    "host",
    "upgrade",
    "connection",
    "origin",
    "content-length",
    "sec-websocket-origin",
    "sec-websocket-key",
    "sec-websocket-key1",
    "sec-websocket-draft",
    "sec-websocket-version",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
];

/// Values close to correct ones, and bytes of every kind.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let close =
        r"(https?://)?(\[::1\]|[a-z.*]{0,8})(:[0-9*]{0,6})?|websocket|upgrade|[0-9,]{0,4}|[A-Za-z=]{22}==";
    prop_oneof![
        close.prop_map(String::into_bytes),
        prop::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..=0xff, Just(b'\t')], 0..40),
    ]
}

proptest! {
    #[test]
    fn a_request_is_taken_or_gets_a_4xx(
        fields in prop::collection::vec((prop::sample::select(&NAMES[..]), any::<bool>(), value()), 0..4),
        origins in prop::sample::select(&["same", "any", "https://*.example.com:*"][..]),
        secure: bool,
    ) {
        let mut head = request(&[]);
        for (name, replace, value) in fields {
            let value = HeaderValue::from_bytes(&value).unwrap();
            if replace {
                head.headers.insert(name, value);
            } else {
                head.headers.append(name, value);
            }
        }
        let settings = settings(&[("origins", origins), ("protocols", "a, b"), ("compression", "dedicated")]);
        match negotiate(&head, &settings, facts(secure)) {
            Ok(accept) => prop_assert_eq!(accept.response(&settings).status(), 101),
            Err(refusal) => {
                let status = Rejection::from(refusal).status().unwrap();
                prop_assert!((400..500).contains(&status), "{}", status);
            }
        }
    }
}
