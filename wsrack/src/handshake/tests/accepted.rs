use super::{facts, fields, request, settings};
use crate::draft::Draft;
use crate::handshake::{Accept, Refusal, negotiate};

fn accept(edits: &[&str], options: &[(&str, &str)]) -> Result<Accept, Refusal> {
    negotiate(&request(edits), &settings(options), facts(false))
}

#[test]
fn the_example_of_the_rfc_gets_its_answer() {
    let settings = settings(&[]);
    let accept = negotiate(&request(&[]), &settings, facts(false)).unwrap();
    let response = accept.response(&settings);
    assert_eq!(response.status(), 101);
    assert_eq!(
        fields(response.headers()),
        ["upgrade: websocket", "connection: Upgrade", "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]
    );
}

#[test]
fn versions_13_8_and_7_are_taken_and_answered_alike() {
    for (version, draft) in [("13", Draft::Rfc6455), ("8", Draft::Hybi08), ("7", Draft::Hybi07)] {
        let accept = accept(&[&format!("=Sec-WebSocket-Version: {version}")], &[]).unwrap();
        assert_eq!(accept.draft, draft);
        assert_eq!(accept.response(&settings(&[])).headers().len(), 3);
    }
}

#[test]
fn odd_but_correct_handshakes_are_taken() {
    let rows: &[&[&str]] = &[
        &["=Upgrade: WebSocket"],
        &["=Upgrade: h2c, WEBSOCKET"],
        &["=Upgrade: h2c", "Upgrade: websocket"],
        &["=Connection: keep-alive, Upgrade"],
        &["=Connection: keep-alive", "Connection: uPGRADE"],
        &["=Connection: ,, upgrade ,"],
        &["=Sec-WebSocket-Version:  13 "],
        &["=Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ== "],
        &["=Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAB=="],
        &["=Host: server.example.com:3000"],
        &["=Host: 127.0.0.1:3000"],
        &["=Host: [::1]:3000"],
        &["=Host: [::1]"],
        &["=Host: example.com:"],
        &["=Host: my_host"],
        &["GET http://server.example.com/chat HTTP/1.1"],
        &["Content-Length: 0"],
        &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
        &["Sec-WebSocket-Protocol: "],
        &["Cookie: a=1", "Cookie: b=2"],
    ];
    for edits in rows {
        assert!(accept(edits, &[]).is_ok(), "{edits:?}");
    }
}

#[test]
fn the_servers_first_subprotocol_that_the_client_offers_is_chosen() {
    let rows: &[(&str, &[&str], Option<&str>)] = &[
        ("v2, v1", &[], None),
        ("v2, v1", &["Sec-WebSocket-Protocol: v1, v2"], Some("v2")),
        ("v2, v1", &["Sec-WebSocket-Protocol: v1"], Some("v1")),
        ("v2, v1", &["Sec-WebSocket-Protocol: x,,v1", "Sec-WebSocket-Protocol: v2"], Some("v2")),
        ("v2, v1", &["Sec-WebSocket-Protocol: V2"], None),
        ("v2, v1", &["Sec-WebSocket-Protocol: v3"], None),
        ("", &["Sec-WebSocket-Protocol: v1"], None),
    ];
    for (ours, edits, chosen) in rows {
        let settings = settings(&[("protocols", ours)]);
        let accept = negotiate(&request(edits), &settings, facts(false)).unwrap();
        assert_eq!(accept.protocol(&settings), *chosen, "{edits:?}");
        let response = accept.response(&settings);
        let sent = response.headers().get("sec-websocket-protocol").map(|name| name.to_str().unwrap());
        assert_eq!(sent, *chosen, "{edits:?}");
    }
}
