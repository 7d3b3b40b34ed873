//! All drafts open on one server at once.

use wsrack::Draft;

use super::client::Said;
use super::{Server, bytes};

#[tokio::test]
async fn all_drafts_are_open_at_once_and_hear_each_other() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        assert_eq!(client.next_text().await, format!("{draft} /demo none"));
        clients.push(client);
    }
    assert_eq!(server.handle.connections(), Draft::ALL.len());
    for client in &mut clients {
        let hello = format!("Hello from {}", client.draft);
        client.text(&hello).await;
        assert_eq!(client.next_text().await, hello);
    }
    clients[0].text("all").await;
    for client in &mut clients {
        assert_eq!(client.next_text().await, "to all", "{}", client.draft);
        if client.draft.has_binary() {
            assert_eq!(client.next().await, Said::Binary(bytes(&[1, 2])), "{}", client.draft);
        }
    }
    // Binary went past those that have none.
    for client in &mut clients {
        client.text("still there").await;
        assert_eq!(client.next_text().await, "still there", "{}", client.draft);
    }
    server.handle.stop();
    for client in &mut clients {
        let expected = match client.draft {
            Draft::Hixie75 => Said::End,
            Draft::Hybi05 => Said::Close(bytes(b"S")),
            draft if draft.has_close_code() => {
                Said::Close([&1001_u16.to_be_bytes()[..], b"the server stops"].concat().into())
            }
            _ => Said::Close(bytes(b"")),
        };
        assert_eq!(client.next().await, expected, "{}", client.draft);
        client.close().await;
    }
    server.stop().await;
}
