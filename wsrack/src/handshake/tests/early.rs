//! hixie-75 to hybi-03: which requests are such handshakes, and the exact bytes of the answers.

use http::header::HeaderMap;
use http::request::Parts;

use super::{facts, request, settings};
use crate::draft::Draft;
use crate::handshake::{Accept, PeerFacts, Refusal, has_challenge, is_early, negotiate};

const ALL: &[(&str, &str)] = &[("drafts", "all"), ("protocols", "other, sample")];

const HIXIE_75: &[&str] = &[
    "GET /demo HTTP/1.1",
    "=Upgrade: WebSocket",
    "=Host: example.com",
    "-Sec-WebSocket-Key",
    "-Sec-WebSocket-Version",
    "Origin: http://example.com",
];

const KEYS: &[&str] = &["Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00"];

fn edits(more: &[&'static str]) -> Vec<&'static str> {
    [HIXIE_75, more].concat()
}

fn challenge(more: &[&'static str]) -> Vec<&'static str> {
    [HIXIE_75, KEYS, more].concat()
}

fn accept(edits: &[&str]) -> Result<Accept, Refusal> {
    negotiate(&request(edits), &settings(ALL), facts(false))
}

fn answer(edits: &[&str], secure: bool, added: &HeaderMap) -> String {
    let (request, settings) = (request(edits), settings(ALL));
    let accept = negotiate(&request, &settings, facts(secure)).unwrap();
    let response = accept.response(&settings);
    assert_eq!((response.status().as_u16(), response.headers().len()), (101, 0));
    let answer = accept.early_answer(&request, &settings, facts(secure)).unwrap();
    assert_eq!(answer.awaits_key(), accept.draft != Draft::Hixie75);
    String::from_utf8(answer.into_bytes(added, *b"^n:ds[4U")).unwrap()
}

#[test]
fn hixie_75_to_the_byte() {
    let edits = edits(&["WebSocket-Protocol: sample"]);
    let expected = "HTTP/1.1 101 Web Socket Protocol Handshake\r\n\
                    Upgrade: WebSocket\r\n\
                    Connection: Upgrade\r\n\
                    WebSocket-Origin: http://example.com\r\n\
                    WebSocket-Location: ws://example.com/demo\r\n\
                    WebSocket-Protocol: sample\r\n\r\n";
    assert_eq!(answer(&edits, false, &HeaderMap::new()), expected);
    assert_eq!(
        (&expected[..44], &expected[44..85]),
        ("HTTP/1.1 101 Web Socket Protocol Handshake\r\n", "Upgrade: WebSocket\r\nConnection: Upgrade\r\n",)
    );
    let tls = expected.replace("ws://", "wss://").replace("http:", "https:");
    let mut edits = edits;
    edits[5] = "Origin: https://example.com";
    assert_eq!(answer(&edits, true, &HeaderMap::new()), tls);
}

#[test]
fn hixie_76_to_the_byte() {
    let expected = "HTTP/1.1 101 WebSocket Protocol Handshake\r\n\
                    Upgrade: WebSocket\r\n\
                    Connection: Upgrade\r\n\
                    Sec-WebSocket-Location: ws://example.com/demo\r\n\
                    Sec-WebSocket-Origin: http://example.com\r\n\
                    Sec-WebSocket-Protocol: sample\r\n\r\n\
                    8jKS'y:G*Co,Wxa-";
    assert_eq!(answer(&challenge(&["Sec-WebSocket-Protocol: sample"]), false, &HeaderMap::new()), expected);
}

#[test]
fn the_location_is_what_the_client_asked_for() {
    let edits =
        [&challenge(&[])[1..], &["GET /a/b%20c?d=e&f HTTP/1.1", "=Host: Example.com:8080", "-Origin"]]
            .concat();
    let answer = answer(&edits, false, &HeaderMap::new());
    assert!(
        answer.contains("\r\nSec-WebSocket-Location: ws://Example.com:8080/a/b%20c?d=e&f\r\n\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("Sec-WebSocket-Origin"), "there was none");
}

#[test]
fn what_layers_add_comes_behind() {
    let mut added = HeaderMap::new();
    for (name, value) in [
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("connection", "close"),
        ("content-length", "8"),
        ("websocket-location", "ws://evil.example/"),
        ("sec-websocket-accept", "x"),
    ] {
        added.append(name, value.parse().unwrap());
    }
    let answer = answer(&edits(&[]), false, &added);
    let end = "WebSocket-Location: ws://example.com/demo\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\n";
    assert!(answer.ends_with(end), "{answer}");
}

#[test]
fn the_draft_field_tells_the_drafts_with_two_keys_apart() {
    for (field, draft) in [
        (&[][..], Draft::Hixie76),
        (&["Sec-WebSocket-Draft: 0"], Draft::Hixie76),
        (&["Sec-WebSocket-Draft: 1"], Draft::Hybi01),
        (&["Sec-WebSocket-Draft: 2"], Draft::Hybi02),
        (&["Sec-WebSocket-Draft: 3"], Draft::Hybi03),
    ] {
        assert_eq!(accept(&challenge(field)).unwrap().draft, draft);
    }
    for bad in [
        "Sec-WebSocket-Draft: 4",
        "Sec-WebSocket-Draft: ",
        "Sec-WebSocket-Draft: 00",
        "Sec-WebSocket-Draft: x",
    ] {
        assert_eq!(accept(&challenge(&[bad])).err(), Some(Refusal::DraftNumber), "{bad}");
    }
    let twice = challenge(&["Sec-WebSocket-Draft: 1", "Sec-WebSocket-Draft: 1"]);
    assert_eq!(accept(&twice).err(), Some(Refusal::DraftNumber));

    let third = settings(&[("drafts", "hybi-03")]);
    let by_the_text = negotiate(&request(&challenge(&["Sec-WebSocket-Draft: 2"])), &third, facts(false));
    assert_eq!(by_the_text.unwrap().draft, Draft::Hybi03, "whose clients say 2");
}

#[test]
fn the_order_of_recognition() {
    let rows: &[(&[&str], Result<Draft, Refusal>)] = &[
        (&[], Ok(Draft::Hixie75)),
        (KEYS, Ok(Draft::Hixie76)),
        (&KEYS[..1], Err(Refusal::EarlyKeyMissing)),
        (&KEYS[1..], Err(Refusal::EarlyKeyMissing)),
        (&["Sec-WebSocket-Draft: 2"], Err(Refusal::EarlyKeyMissing)),
        (&["-Upgrade"], Err(Refusal::NotUpgrade)),
        (&["-Connection"], Err(Refusal::Connection)),
    ];
    for (more, expected) in rows {
        assert_eq!(accept(&[HIXIE_75, more].concat()).map(|accept| accept.draft), *expected, "{more:?}");
    }
}

#[test]
fn a_modern_request_never_falls_back() {
    let all = settings(ALL).drafts;
    for (more, expected) in [
        (&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="][..], Refusal::VersionMissing(all)),
        (&["Sec-WebSocket-Protocol: sample"], Refusal::VersionMissing(all)),
        (&["Sec-WebSocket-Extensions: x"], Refusal::VersionMissing(all)),
        (&["Sec-WebSocket-Origin: http://example.com"], Refusal::VersionMissing(all)),
        (&["Sec-WebSocket-Version: 13"], Refusal::KeyMissing),
        (&["Sec-WebSocket-Version: 99"], Refusal::VersionUnknown(all)),
        (&["Sec-WebSocket-Version: 0"], Refusal::VersionUnknown(all)),
        (&["Sec-WebSocket-Version: "], Refusal::VersionMalformed(all)),
    ] {
        assert_eq!(accept(&edits(more)).err(), Some(expected), "{more:?}");
    }
    for (more, expected) in [
        (&["Sec-WebSocket-Version: 13"][..], Refusal::KeyMissing),
        (&["Sec-WebSocket-Version: 76"], Refusal::VersionUnknown(all)),
    ] {
        assert_eq!(accept(&challenge(more)).err(), Some(expected), "keys and {more:?}");
    }
}

#[test]
fn broken_keys() {
    for (key, expected) in [
        ("=Sec-WebSocket-Key1: ", Refusal::EarlyKeyMalformed),
        ("=Sec-WebSocket-Key1: 12345", Refusal::EarlyKeyMalformed),
        ("=Sec-WebSocket-Key2: no digit", Refusal::EarlyKeyMalformed),
        ("=Sec-WebSocket-Key2: 1 2 3", Refusal::EarlyKeyMalformed),
        ("=Sec-WebSocket-Key2: 99999999 999", Refusal::EarlyKeyMalformed),
        ("-Sec-WebSocket-Key1", Refusal::EarlyKeyMissing),
        ("Sec-WebSocket-Key1: 1 2", Refusal::EarlyKeyRepeated),
    ] {
        assert_eq!(accept(&challenge(&[key])).err(), Some(expected), "{key}");
    }
}

#[test]
fn bodies_but_the_key_are_refused() {
    assert!(accept(&challenge(&["Content-Length: 8"])).is_ok());
    assert!(accept(&challenge(&["Content-Length: 0"])).is_ok());
    for more in ["Content-Length: 9", "Content-Length: 08", "Transfer-Encoding: chunked"] {
        assert_eq!(accept(&challenge(&[more])).err(), Some(Refusal::Body), "{more}");
    }
    assert_eq!(accept(&edits(&["Content-Length: 8"])).err(), Some(Refusal::Body), "hixie-75 has no key");
}

#[test]
fn subprotocols_are_one_name_or_a_list_with_blanks() {
    let chosen = |edits: &[&str]| {
        let settings = settings(ALL);
        accept(edits).unwrap().protocol(&settings).map(str::to_owned)
    };
    assert_eq!(chosen(&edits(&["WebSocket-Protocol: sample"])).as_deref(), Some("sample"));
    assert_eq!(chosen(&edits(&["WebSocket-Protocol: sample other"])), None);
    let hixie = ["Sec-WebSocket-Protocol: sample other"];
    assert_eq!(chosen(&challenge(&hixie)), None, "one name");
    for draft in ["Sec-WebSocket-Draft: 1", "Sec-WebSocket-Draft: 2", "Sec-WebSocket-Draft: 3"] {
        let edits = challenge(&[draft, "Sec-WebSocket-Protocol: sample  other"]);
        assert_eq!(chosen(&edits).as_deref(), Some("other"), "the server's first");
    }
}

#[test]
fn foreign_pages_are_refused() {
    for edits in [edits(&["=Origin: http://evil.example"]), challenge(&["=Origin: http://evil.example"])] {
        assert_eq!(accept(&edits).err(), Some(Refusal::Origin));
    }
}

#[test]
fn a_draft_that_the_route_leaves_out_is_refused() {
    let refused = |drafts: &str, edits: &[&str]| {
        negotiate(&request(edits), &settings(&[("drafts", drafts)]), facts(false)).err()
    };
    assert_eq!(refused("13, hixie-76", &edits(&[])), Some(Refusal::Hixie75));
    assert_eq!(refused("13, hixie-75", &challenge(&[])), Some(Refusal::EarlyDraft));
    assert_eq!(refused("hixie-76", &challenge(&["Sec-WebSocket-Draft: 2"])), Some(Refusal::EarlyDraft));
    assert_eq!(refused("hybi-02", &challenge(&[])), Some(Refusal::EarlyDraft));
    assert_eq!(refused("hixie-75", &edits(&[])), None);
}

#[test]
fn a_server_that_cannot_write_the_answer_takes_none_of_them() {
    let elsewhere = PeerFacts { takes_early: false, ..facts(false) };
    let refused = |edits: &[&str]| negotiate(&request(edits), &settings(ALL), elsewhere).err();
    assert_eq!(refused(&edits(&[])), Some(Refusal::Hixie75));
    assert_eq!(refused(&challenge(&[])), Some(Refusal::EarlyDraft));
}

#[test]
fn heads_are_told_apart_before_anybody_looks_closer() {
    let told = |edits: &[&str]| {
        let Parts { headers, .. } = request(edits);
        (has_challenge(&headers), is_early(&headers))
    };
    assert_eq!(told(&edits(&[])), (false, true));
    assert_eq!(told(&challenge(&[])), (true, true));
    assert_eq!(told(&edits(&["Sec-WebSocket-Draft: 9"])), (true, true));
    assert_eq!(told(&challenge(&["Sec-WebSocket-Version: 13"])), (false, false));
    assert_eq!(told(&edits(&["Sec-WebSocket-Key: x"])), (false, false));
    assert_eq!(told(&edits(&["-Upgrade"])), (false, false));
    assert_eq!(told(&[]), (false, false));
}
