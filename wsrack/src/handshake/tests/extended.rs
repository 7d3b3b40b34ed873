use http::request::Parts;
use hyper::ext::Protocol;

use super::{facts, fields, request, settings};
use crate::draft::Draft;
use crate::handshake::{Accept, Refusal, negotiate};

/// An extended CONNECT, with edits as those of [`request`].
fn connect(edits: &[&str]) -> Parts {
    let bare =
        ["-Upgrade", "-Connection", "-Sec-WebSocket-Key", "-Host", "CONNECT http://example.com/chat HTTP/2"];
    let mut parts = request(&[&bare, edits].concat());
    parts.extensions.insert(Protocol::from_static("websocket"));
    parts
}

fn decided(parts: &Parts, options: &[(&str, &str)]) -> Result<Accept, Refusal> {
    negotiate(parts, &settings(options), facts(true))
}

#[test]
fn the_answer_is_a_200_without_a_proof() {
    let settings = settings(&[("protocols", "chat"), ("compression", "shared")]);
    let parts = connect(&["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: permessage-deflate"]);
    let accept = negotiate(&parts, &settings, facts(true)).unwrap();
    assert_eq!(accept.draft, Draft::Rfc6455);
    let response = accept.response(&settings);
    assert_eq!(response.status(), 200);
    let [protocol, extension] = &fields(response.headers())[..] else { panic!("{response:?}") };
    assert_eq!(protocol, "sec-websocket-protocol: chat");
    assert!(extension.starts_with("sec-websocket-extensions: permessage-deflate"), "{extension}");
}

#[test]
fn the_first_rule_that_is_broken_is_told() {
    let mut plain = connect(&[]);
    plain.extensions.remove::<Protocol>();
    assert_eq!(decided(&plain, &[]), Err(Refusal::PlainConnect));
    let mut other = connect(&["-Sec-WebSocket-Version"]);
    other.extensions.insert(Protocol::from_static("connect-udp"));
    assert_eq!(decided(&other, &[]), Err(Refusal::OtherProtocol));
    let rows: [(&[&str], Refusal); 8] = [
        (&["GET http://example.com/chat HTTP/2"], Refusal::NotConnect),
        (&["CONNECT /chat HTTP/2"], Refusal::HostMissing),
        (&["CONNECT /chat HTTP/2", "Host: a", "Host: a"], Refusal::HostRepeated),
        (&["CONNECT /chat HTTP/2", "Host: a b"], Refusal::HostMalformed),
        (&["-Sec-WebSocket-Version"], Refusal::ExtendedVersion),
        (&["=Sec-WebSocket-Version: 8"], Refusal::ExtendedVersion),
        (&["Sec-WebSocket-Version: 13"], Refusal::ExtendedVersion),
        (&["Origin: https://elsewhere.example"], Refusal::Origin),
    ];
    for (edits, refusal) in rows {
        assert_eq!(decided(&connect(edits), &[]), Err(refusal), "{edits:?}");
    }
    assert_eq!(decided(&connect(&[]), &[("drafts", "8")]), Err(Refusal::ExtendedNotAllowed));
}

#[test]
fn the_origin_is_held_against_the_authority() {
    assert!(decided(&connect(&["Origin: https://example.com"]), &[]).is_ok());
    assert!(decided(&connect(&["CONNECT /chat HTTP/2", "Host: a", "Origin: https://a"]), &[]).is_ok());
}
