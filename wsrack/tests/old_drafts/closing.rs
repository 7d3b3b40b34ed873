//! How a connection ends, by who ends it and why: the table at [`wsrack::Close`], one test a column.

use bytes::Bytes;
use wsrack::{Cause, Draft};

use super::Server;
use super::client::{Client, Said};

/// A close with a code where the draft has codes, and what the draft has instead.
fn close(draft: Draft, code: u16, reason: &str) -> Said {
    Said::Close(match draft {
        draft if draft.has_close_code() => [&code.to_be_bytes()[..], reason.as_bytes()].concat().into(),
        Draft::Hybi05 => "S".into(),
        _ => Bytes::new(),
    })
}

/// What `on_close` is told of a code where the draft has none for it.
fn told(draft: Draft, code: u16, was_clean: bool) -> u16 {
    match (draft.has_close_code(), was_clean) {
        (true, _) => code,
        (false, true) => 1005,
        (false, false) => 1006,
    }
}

async fn open(server: &Server, path: &str, draft: Draft) -> Client {
    Client::open(server.addr, path, draft).await
}

#[tokio::test]
async fn a_peers_close_is_answered() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        // What came before the close is still handled; what comes after is not.
        let (text, late) = (client.frame(true, 0x1, b"last"), client.frame(true, 0x1, b"late"));
        client.raw(&text).await;
        assert_eq!(client.next_text().await, "last", "{draft}");
        client.close().await;
        if draft != Draft::Hixie75 {
            // The stream may be gone by then.
            client.try_raw(&late).await;
            let expected = match draft {
                Draft::Hybi03 | Draft::Hybi04 => Said::Close("bye".into()),
                Draft::Hybi05 => Said::Close("C".into()),
                draft => close(draft, 1000, ""),
            };
            assert_eq!(client.next().await, expected, "{draft}");
        }
        let (code, was_clean, cause) = server.end().await;
        if draft == Draft::Hixie75 {
            assert_eq!(
                (code, was_clean, cause),
                (1006, false, Cause::Lost),
                "it has but the end of the stream"
            );
        } else {
            assert_eq!((code, was_clean, cause), (told(draft, 1000, true), true, Cause::Client), "{draft}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_applications_close_awaits_the_peers() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        for answers in [true, false] {
            let mut client = server.connect(draft).await;
            client.next_text().await;
            client.text("close").await;
            if draft == Draft::Hixie75 {
                assert_eq!(client.next().await, Said::End);
                drop(client);
                assert_eq!(server.end().await, (1006, false, Cause::Server));
                continue;
            }
            assert_eq!(client.next().await, close(draft, 4000, "enough"), "{draft}");
            // Messages that cross the close come too late for the application.
            client.text("crossing").await;
            if answers {
                client.close().await;
                assert_eq!(client.next().await, Said::End, "{draft}");
            }
            drop(client);
            assert_eq!(server.end().await, (told(draft, 4000, answers), answers, Cause::Server), "{draft}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_policy_close_is_one_of_the_server_with_a_code_of_its_own() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = open(&server, "/slow", draft).await;
        client.text("one").await;
        client.text("two").await;
        if draft == Draft::Hixie75 {
            assert_eq!(client.next().await, Said::End);
            drop(client);
            assert_eq!(server.end().await, (1006, false, Cause::Protocol));
            continue;
        }
        // 1008 is of hybi-13: before it there is no number for it.
        let expected = if draft == Draft::Rfc6455 {
            close(draft, 1008, "too many messages")
        } else if draft.has_close_code() {
            Said::Close(Bytes::new())
        } else {
            close(draft, 0, "")
        };
        assert_eq!(client.next().await, expected, "{draft}");
        client.close().await;
        assert_eq!(client.next().await, Said::End, "{draft}");
        let code = if draft == Draft::Rfc6455 { 1008 } else { 1005 };
        assert_eq!(server.end().await, (code, true, Cause::Protocol), "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_handlers_error_or_panic_is_told_and_the_peers_close_awaited() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        for (text, cause) in [("fail", Cause::Error), ("panic", Cause::Panic)] {
            for answers in [true, false] {
                let mut client = server.connect(draft).await;
                client.next_text().await;
                client.text("before").await;
                client.text(text).await;
                client.text("after").await;
                assert_eq!(client.next_text().await, "before", "{draft}");
                if draft == Draft::Hixie75 {
                    assert_eq!(client.next().await, Said::End);
                    drop(client);
                    assert_eq!(server.end().await, (1006, false, cause), "{text}");
                    continue;
                }
                // 1011 is of RFC 6455: before it there is no number for it.
                let expected = match draft {
                    Draft::Rfc6455 => close(draft, 1011, ""),
                    draft if draft.has_close_code() => Said::Close(Bytes::new()),
                    draft => close(draft, 0, ""),
                };
                assert_eq!(client.next().await, expected, "{draft}, {text}");
                if answers {
                    client.close().await;
                    assert_eq!(client.next().await, Said::End, "{draft}, {text}");
                }
                drop(client);
                let code = match (draft, answers) {
                    (Draft::Rfc6455, _) => 1011,
                    (_, true) => 1005,
                    (_, false) => 1006,
                };
                assert_eq!(server.end().await, (code, answers, cause), "{draft}, {text}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_protocol_error_is_told_and_what_follows_is_dropped() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        let broken = if draft < Draft::Hybi01 { vec![0x42] } else { client.frame(true, 0x0, b"") };
        client.raw(&broken).await;
        if draft != Draft::Hixie75 {
            assert_eq!(client.next().await, close(draft, 1002, ""), "{draft}");
        }
        // This side of the stream is shut, and the other is read on, so that no reset overtakes the close.
        assert_eq!(client.next().await, Said::End, "{draft}");
        client.raw(&vec![0; 100_000]).await;
        client.close().await;
        drop(client);
        assert_eq!(server.end().await, (told(draft, 1002, false), false, Cause::Protocol), "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_beyond_the_limit_has_its_code() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        let parts =
            [client.frame(false, 0x1, &vec![b'a'; 60_000]), client.frame(true, 0x0, &vec![b'a'; 60_000])]
                .concat();
        let bytes = if draft < Draft::Hybi01 { [&[0][..], &vec![b'a'; 66_000]].concat() } else { parts };
        client.raw(&bytes).await;
        if draft != Draft::Hixie75 {
            // "Too large" was 1004 up to hybi-12.
            let code = if draft == Draft::Rfc6455 { 1009 } else { 1004 };
            assert_eq!(client.next().await, close(draft, code, ""), "{draft}");
        }
        assert_eq!(client.next().await, Said::End, "{draft}");
        drop(client);
        assert_eq!(server.end().await, (told(draft, 1009, false), false, Cause::Protocol), "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_stream_that_ends_without_a_close_is_lost() {
    let mut server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        drop(client);
        assert_eq!(server.end().await, (1006, false, Cause::Lost), "{draft}");
    }
    server.stop().await;
}
