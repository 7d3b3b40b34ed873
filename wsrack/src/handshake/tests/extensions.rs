//! Offers of permessage-deflate and what comes of them.

use proptest::prelude::*;

use super::{facts, request, settings};
use crate::handshake::{Accept, negotiate};

const NONE: &str = "";
/// What `shared` says of takeover.
const SHARED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const PLAIN: &str = "permessage-deflate";

fn accept(option: &str, fields: &[&str]) -> Accept {
    let fields: Vec<_> = fields.iter().map(|field| format!("Sec-WebSocket-Extensions: {field}")).collect();
    let edits: Vec<_> = fields.iter().map(String::as_str).collect();
    negotiate(&request(&edits), &settings(&[("compression", option)]), facts(false)).unwrap()
}

/// The field of the answer, empty where there is none.
fn answer(option: &str, fields: &[&str]) -> String {
    let response = accept(option, fields).response(&settings(&[]));
    let mut answers = response.headers().get_all("sec-websocket-extensions").iter();
    let answer = answers.next().map_or("", |answer| answer.to_str().unwrap()).to_owned();
    assert_eq!(answers.next(), None);
    answer
}

/// One offer, as `dedicated` answers it: nothing is added to it there.
#[test]
fn one_offer_is_taken_or_passed_over() {
    let rows = [
        ("permessage-deflate", PLAIN),
        (" permessage-deflate ", PLAIN),
        ("permessage-deflate ; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        ("permessage-deflate;client_no_context_takeover", "permessage-deflate; client_no_context_takeover"),
        ("permessage-deflate; client_no_context_takeover; server_no_context_takeover", SHARED),
        ("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"),
        ("permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9"),
        (
            "permessage-deflate; server_max_window_bits=\"10\"",
            "permessage-deflate; server_max_window_bits=10",
        ),
        (
            "permessage-deflate; server_max_window_bits=\"1\\0\"",
            "permessage-deflate; server_max_window_bits=10",
        ),
        ("permessage-deflate; server_max_window_bits = 11", "permessage-deflate; server_max_window_bits=11"),
        ("permessage-deflate; client_max_window_bits", PLAIN),
        ("permessage-deflate; client_max_window_bits=8", PLAIN),
        ("permessage-deflate; client_max_window_bits=15", PLAIN),
        ("permessage-deflate; client_max_window_bits=\"12\"", PLAIN),
        (
            "permessage-deflate; client_max_window_bits=10; server_max_window_bits=10; client_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=10",
        ),
        // What nothing here can compress with.
        ("permessage-deflate; server_max_window_bits=8", NONE),
        // Senseless values.
        ("permessage-deflate; server_max_window_bits", NONE),
        ("permessage-deflate; server_max_window_bits=", NONE),
        ("permessage-deflate; server_max_window_bits=7", NONE),
        ("permessage-deflate; server_max_window_bits=16", NONE),
        ("permessage-deflate; server_max_window_bits=0", NONE),
        ("permessage-deflate; server_max_window_bits=010", NONE),
        ("permessage-deflate; server_max_window_bits=+10", NONE),
        ("permessage-deflate; server_max_window_bits=266", NONE),
        ("permessage-deflate; server_max_window_bits=ten", NONE),
        ("permessage-deflate; server_max_window_bits=\"\"", NONE),
        ("permessage-deflate; server_max_window_bits=\"10", NONE),
        ("permessage-deflate; server_max_window_bits=10\"", NONE),
        ("permessage-deflate; server_max_window_bits=\"1\"0", NONE),
        ("permessage-deflate; server_max_window_bits=\" 10\"", NONE),
        ("permessage-deflate; client_max_window_bits=7", NONE),
        ("permessage-deflate; client_max_window_bits=16", NONE),
        ("permessage-deflate; client_max_window_bits=08", NONE),
        ("permessage-deflate; client_max_window_bits=", NONE),
        ("permessage-deflate; server_no_context_takeover=1", NONE),
        ("permessage-deflate; server_no_context_takeover=\"\"", NONE),
        ("permessage-deflate; client_no_context_takeover=true", NONE),
        // Unknown and repeated.
        ("permessage-deflate; unknown", NONE),
        ("permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER", NONE),
        ("permessage-deflate; mem_level=9", NONE),
        ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", NONE),
        ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", NONE),
        ("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", NONE),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits=10", NONE),
        // Other extensions, and no extensions.
        ("permessage-bzip2", NONE),
        ("x-webkit-deflate-frame", NONE),
        ("Permessage-Deflate", NONE),
        ("permessage-deflate2", NONE),
        ("", NONE),
        (",,", NONE),
        (";", NONE),
        ("permessage-deflate;", NONE),
        ("permessage-deflate;;client_max_window_bits", NONE),
        ("permessage deflate", NONE),
        ("permessage-deflate; a b", NONE),
        ("permessage-deflate; =10", NONE),
        ("\"permessage-deflate\"", NONE),
        ("permessage-deflate=1", NONE),
    ];
    for (offer, expected) in rows {
        assert_eq!(answer("dedicated", &[offer]), expected, "{offer}");
    }
}

#[test]
fn the_first_of_several_offers_that_can_be_met_is_taken() {
    let rows: [(&[&str], &str); 9] = [
        (
            &["permessage-deflate; server_max_window_bits=10, permessage-deflate"],
            "permessage-deflate; server_max_window_bits=10",
        ),
        (&["permessage-deflate; server_max_window_bits=8, permessage-deflate"], PLAIN),
        (&["permessage-deflate; server_max_window_bits=8", "permessage-deflate"], PLAIN),
        (&["permessage-bzip2", "x, y; a=b", "permessage-deflate"], PLAIN),
        (&["permessage-deflate; x=\"a, permessage-deflate\", permessage-deflate"], PLAIN),
        (&["x; y=\"\\\", permessage-deflate\"", "permessage-deflate; server_max_window_bits=9"], {
            "permessage-deflate; server_max_window_bits=9"
        }),
        // A quote that nothing closes ends with its field.
        (&["x; y=\", permessage-deflate", "permessage-deflate"], PLAIN),
        (&["permessage-deflate;, ,permessage-deflate"], PLAIN),
        (&["permessage-deflate; server_max_window_bits=7", "permessage-deflate; unknown"], NONE),
    ];
    for (fields, expected) in rows {
        assert_eq!(answer("dedicated", fields), expected, "{fields:?}");
    }
}

#[test]
fn our_options_are_part_of_the_answer() {
    let rows = [
        ("off", "permessage-deflate", NONE),
        ("shared", "permessage-deflate", SHARED),
        ("shared", "permessage-deflate; client_max_window_bits; server_no_context_takeover", SHARED),
        (
            "shared, server_max_window_bits=12",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12",
        ),
        ("dedicated, server_max_window_bits=15", "permessage-deflate", PLAIN),
        (
            "dedicated, server_max_window_bits=12",
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=10",
        ),
        (
            "dedicated, server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=12",
            "permessage-deflate; server_max_window_bits=10",
        ),
        (
            "dedicated, client_max_window_bits=10",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; client_max_window_bits=10",
        ),
        (
            "dedicated, client_max_window_bits=10",
            "permessage-deflate; client_max_window_bits=8",
            "permessage-deflate; client_max_window_bits=8",
        ),
        (
            "dedicated, client_max_window_bits=10",
            "permessage-deflate; client_max_window_bits=14",
            "permessage-deflate; client_max_window_bits=10",
        ),
        // It cannot be told of a window, so that it must not refer back at all.
        (
            "dedicated, client_max_window_bits=10",
            "permessage-deflate",
            "permessage-deflate; client_no_context_takeover",
        ),
        ("dedicated, client_max_window_bits=15", "permessage-deflate", PLAIN),
    ];
    for (option, offer, expected) in rows {
        assert_eq!(answer(option, &[offer]), expected, "{option}: {offer}");
    }
}

#[test]
fn what_is_answered_is_what_is_done() {
    let agreement = |option: &str, offer: &str| {
        let agreement = accept(option, &[offer]).compression.unwrap();
        let (packing, unpacking) = (agreement.packing, agreement.unpacking);
        let sent = (packing.level(), packing.window_bits(), packing.takeover());
        (sent, (unpacking.window_bits(), unpacking.takeover()))
    };
    assert_eq!(agreement("shared", "permessage-deflate"), ((3, 15, false), (15, false)));
    assert_eq!(agreement("dedicated, level=9", "permessage-deflate"), ((9, 15, true), (15, true)));
    let offer =
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=8";
    assert_eq!(agreement("dedicated", offer), ((3, 9, false), (15, true)));
    let eight = "dedicated, client_max_window_bits=12";
    assert_eq!(agreement(eight, offer), ((3, 9, false), (9, true)), "9 inflates what was made with 8");
}

#[test]
fn the_drafts_know_no_compression() {
    for version in ["8", "7"] {
        let edits = [
            format!("=Sec-WebSocket-Version: {version}"),
            "Sec-WebSocket-Extensions: permessage-deflate".to_owned(),
        ];
        let edits: Vec<_> = edits.iter().map(String::as_str).collect();
        let settings = settings(&[("compression", "shared")]);
        let accept = negotiate(&request(&edits), &settings, facts(false)).unwrap();
        assert_eq!(accept.compression, None);
    }
}

proptest! {
    #[test]
    fn any_offer_leaves_a_handshake(
        parts in prop::collection::vec(prop::sample::select(&[
            "permessage-deflate", ";", ",", "=", "\"", "\\", " ", "server_max_window_bits", "client_max_window_bits",
            "server_no_context_takeover", "client_no_context_takeover", "8", "9", "10", "15", "x", "\t",
        ][..]), 0..12),
        option in prop::sample::select(&["shared", "dedicated, client_max_window_bits=9"][..]),
    ) {
        let field = parts.concat();
        let answer = answer(option, &[&field]);
        prop_assert!(answer.is_empty() || field.contains("permessage-deflate"), "{}", answer);
    }
}
