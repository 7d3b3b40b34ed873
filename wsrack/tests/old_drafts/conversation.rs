//! What is said in each draft once it is open.

use wsrack::Draft;

use super::client::{Client, Said};
use super::{Server, bytes};

#[tokio::test]
async fn what_comes_is_sent_back_in_every_draft() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        for text in ["", "Hello", "aé€𝄞", &"x".repeat(125), &"y".repeat(126), &"z".repeat(60_000)] {
            client.text(text).await;
            assert_eq!(client.next_text().await, text, "{draft}");
        }
        client.text("large").await;
        assert_eq!(client.next_text().await, "x".repeat(10_000), "{draft}");
        if !draft.has_binary() {
            continue;
        }
        for data in [&[][..], &[0, 0xff, 0x80], &[7; 126], &vec![8; 30_000]] {
            client.send(true, 0x2, data).await;
            assert_eq!(client.next().await, Said::Binary(data.to_vec().into()), "{draft}");
        }
        client.send(false, 0x1, b"one ").await;
        client.send(true, 0x9, b"there?").await;
        client.send(false, 0x0, b"two ").await;
        client.send(true, 0xa, b"unasked").await;
        client.send(true, 0x0, b"three").await;
        assert_eq!(client.next().await, Said::Pong(bytes(b"there?")), "{draft}");
        assert_eq!(client.next_text().await, "one two three", "{draft}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_a_draft_does_not_have_is_unsupported() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        client.text("ping").await;
        if draft.has_ping() {
            assert_eq!(client.next().await, Said::Ping(bytes(b"Hello")), "{draft}");
        }
        let unsupported = "the peer's protocol draft has no frame for this";
        assert_eq!(client.next_text().await, if draft.has_ping() { "sent" } else { unsupported }, "{draft}");
        client.text("binary").await;
        if draft.has_binary() {
            assert_eq!(client.next().await, Said::Binary(bytes(&[1, 2])), "{draft}");
        }
        assert_eq!(
            client.next_text().await,
            if draft.has_binary() { "sent" } else { unsupported },
            "{draft}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_close_within_a_message_in_parts_leaves_nothing_half() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for &draft in Draft::ALL {
        let mut client = Client::open(server.addr, "/parts", draft).await;
        client.text("ab…").await;
        clients.push(client);
    }
    for client in &mut clients {
        // Two parts, and no end.
        client.wait_for(if client.draft.has_binary() { 6 } else { 3 }).await;
    }
    server.enough.send_replace(true);
    for client in &mut clients {
        let draft = client.draft;
        if draft.has_binary() {
            let end = client.next().await;
            assert!(matches!(end, Said::Close(_)), "{draft}: {end:?}");
        } else {
            assert_eq!(
                client.rest().await,
                b"\x00ab",
                "{draft}: a byte more would make a whole message of it"
            );
        }
    }
    drop(clients);
    server.stop().await;
}

#[tokio::test]
async fn a_message_in_parts_is_one_message_in_every_draft() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = Client::open(server.addr, "/parts", draft).await;
        for text in ["abcdé", "a"] {
            client.text(text).await;
            assert_eq!(client.next_text().await, text, "{draft}");
        }
    }
    server.stop().await;
}
