//! Versions 4 to 8: today's handshake but for details.

use super::{facts, fields, request, settings};
use crate::draft::Draft;
use crate::handshake::{Accept, Refusal, negotiate};

const ALL: &[(&str, &str)] = &[("drafts", "all"), ("protocols", "superchat, chat")];

fn accept(edits: &[&str]) -> Result<Accept, Refusal> {
    negotiate(&request(edits), &settings(ALL), facts(false))
}

#[test]
fn each_version_has_its_draft_and_the_same_answer() {
    for (version, draft) in [
        ("5", Draft::Hybi05),
        ("6", Draft::Hybi06),
        ("7", Draft::Hybi07),
        ("8", Draft::Hybi08),
        ("13", Draft::Rfc6455),
    ] {
        let version = format!("=Sec-WebSocket-Version: {version}");
        let origin = "Sec-WebSocket-Origin: http://server.example.com";
        let edits = [&*version, "Sec-WebSocket-Protocol: chat, superchat", origin];
        let accept = accept(&edits).unwrap();
        assert_eq!(accept.draft, draft);
        assert_eq!(
            fields(accept.response(&settings(ALL)).headers()),
            [
                "upgrade: websocket",
                "connection: Upgrade",
                "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "sec-websocket-protocol: superchat"
            ]
        );
        assert!(accept.early_answer(&request(&edits), &settings(ALL), facts(false)).is_none());
    }
}

#[test]
fn hybi_04_has_a_nonce_that_is_fresh_each_time() {
    let edits = ["=Sec-WebSocket-Version: 4", "Sec-WebSocket-Origin: http://server.example.com"];
    let nonce = || {
        let accept = accept(&edits).unwrap();
        assert_eq!(accept.draft, Draft::Hybi04);
        let response = accept.response(&settings(ALL));
        assert_eq!(response.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        let nonce = response.headers()["sec-websocket-nonce"].to_str().unwrap().to_owned();
        assert!(nonce.len() == 24 && nonce.ends_with("=="), "{nonce}");
        nonce
    };
    assert_ne!(nonce(), nonce());
}

#[test]
fn versions_4_and_5_require_an_origin_and_later_ones_do_not() {
    for (version, required) in [("4", true), ("5", true), ("6", false), ("7", false), ("8", false)] {
        let version = format!("=Sec-WebSocket-Version: {version}");
        assert_eq!(accept(&[&version]).err(), required.then_some(Refusal::OriginMissing), "{version}");
        for name in ["Origin", "Sec-WebSocket-Origin"] {
            assert!(accept(&[&version, &format!("{name}: http://server.example.com")]).is_ok(), "{version}");
            let foreign = format!("{name}: http://evil.example");
            assert_eq!(accept(&[&version, &foreign]).err(), Some(Refusal::Origin), "{version}");
        }
    }
}

#[test]
fn the_origin_is_required_where_any_will_do_too() {
    let any = settings(&[("drafts", "all"), ("origins", "any")]);
    let refused = negotiate(&request(&["=Sec-WebSocket-Version: 5"]), &any, facts(false));
    assert_eq!(refused.err(), Some(Refusal::OriginMissing));
}

#[test]
fn versions_9_to_12_were_never_used() {
    let settings = settings(ALL);
    for version in 9..=12 {
        let request = request(&[&format!("=Sec-WebSocket-Version: {version}")]);
        let refusal = negotiate(&request, &settings, facts(false)).unwrap_err();
        assert_eq!(refusal, Refusal::VersionUnknown(settings.drafts));
        let rejection = crate::handshake::Rejection::from(refusal);
        let crate::handshake::rejection::Verdict::Http(response) = rejection.into_verdict() else {
            panic!("an answer in HTTP");
        };
        assert_eq!(response.status(), 426);
        assert_eq!(response.headers()["sec-websocket-version"], "13, 8, 7, 6, 5, 4");
    }
}
