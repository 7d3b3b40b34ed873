//! permessage-deflate over real sockets: who agreed on it gets it, and nobody else.

mod client;

use std::net::SocketAddr;

use tokio_tungstenite::tungstenite::Bytes;
use wsrack::prelude::*;
use wsrack::{Compression, Fragments, Replies};

use crate::client::Client;

const OFFER: &str = "permessage-deflate; client_max_window_bits";
const NO_TAKEOVER: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// A text that compresses well, and is worth it.
fn text() -> String {
    (0..60).map(|i| format!("{{\"event\": \"joined\", \"number\": {i}}}")).collect::<Vec<_>>().join(", ")
}

struct Echo;

#[websocket_app]
impl Echo {
    #[on_open]
    fn join(&self, socket: &Socket) -> wsrack::Result {
        Ok(socket.subscribe("all")?)
    }

    /// `all …` goes to everybody, anything else comes back.
    #[on_message]
    fn text(&self, hub: &Hub, socket: &Socket, text: &str) -> wsrack::Result {
        match text.strip_prefix("all ") {
            Some(text) => drop(hub.publish("all", text)?),
            None => socket.send_data(text)?,
        }
        Ok(())
    }

    #[on_message]
    fn binary(&self, bytes: Bytes) -> Bytes {
        bytes
    }
}

struct Parts;

#[websocket_app]
impl Parts {
    /// Comes back word by word. Each word is also sent as a message of its own, which waits for the end.
    #[on_message]
    fn words(
        &self,
        socket: Socket,
        text: String,
    ) -> Fragments<impl futures_core::Stream<Item = String> + Send> {
        let words: Vec<_> = text.split_inclusive(' ').map(str::to_owned).collect();
        let words = words.into_iter().inspect(move |word| {
            let _closed = socket.send_data(word.repeat(100));
        });
        Replies::fragments(Words(words))
    }
}

struct Words<I>(I);

impl<I: Iterator<Item = String> + Unpin> futures_core::Stream for Words<I> {
    type Item = String;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _task: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<String>> {
        std::task::Poll::Ready(self.get_mut().0.next())
    }
}

/// Serves the applications with no compression, shared and dedicated, each below a path of that name.
async fn serve() -> SocketAddr {
    let with = |compression| Options::new().compression(compression).max_message_size(64 << 10);
    let (shared, dedicated) = (Compression::shared(), Compression::dedicated());
    let routes = wsrack::routes! {
        "/off" => Echo,
        "/shared" => Echo.with(with(shared)),
        "/dedicated" => Echo.with(with(dedicated)),
        "/parts/off" => Parts,
        "/parts/shared" => Parts.with(with(shared)),
        "/parts/dedicated" => Parts.with(with(dedicated)),
    };
    let server = routes.bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve());
    address
}

#[tokio::test]
async fn shared_compresses_each_message_by_itself() {
    let mut client = Client::connect(serve().await, "/shared", OFFER).await;
    assert_eq!(
        client.extensions,
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    );
    let text = text();
    let mut sizes = Vec::new();
    for _ in 0..3 {
        assert!(client.send_compressed(&text).await < text.len() / 4);
        let received = client.next().await;
        assert_eq!(received.text, text);
        assert!(received.is_compressed && received.wire.len() < text.len() / 4);
        sizes.push(received.wire.len());
    }
    assert_eq!(sizes[0], sizes[2], "nothing is known of the message before");
    // Uncompressed messages go between, and small ones are answered so.
    client.send(&text).await;
    assert!(client.next().await.is_compressed);
    client.send_compressed("small").await;
    let received = client.next().await;
    assert_eq!((received.text.as_str(), received.is_compressed), ("small", false));
}

#[tokio::test]
async fn dedicated_refers_to_the_messages_before() {
    let mut client = Client::connect(serve().await, "/dedicated", OFFER).await;
    assert_eq!(client.extensions, "permessage-deflate");
    let text = text();
    let mut sizes = Vec::new();
    for _ in 0..3 {
        client.send_compressed(&text).await;
        let received = client.next().await;
        assert_eq!(received.text, text);
        assert!(received.is_compressed);
        sizes.push(received.wire.len());
        client.send_compressed("under 32 bytes").await;
        assert!(!client.next().await.is_compressed);
    }
    assert!(sizes[1] < sizes[0] / 2 && sizes[2] < sizes[0] / 2, "{sizes:?}");
}

#[tokio::test]
async fn a_client_without_takeover_is_heeded_in_dedicated() {
    let mut client = Client::connect(serve().await, "/dedicated", NO_TAKEOVER).await;
    assert_eq!(client.extensions, NO_TAKEOVER);
    let text = text();
    for _ in 0..2 {
        client.send_compressed(&text).await;
        let received = client.next().await;
        assert!(received.is_compressed && received.text == text);
    }
}

#[tokio::test]
async fn without_the_option_or_the_offer_nothing_is_compressed() {
    let address = serve().await;
    let text = text();
    for (path, offer) in [("/off", OFFER), ("/shared", ""), ("/dedicated", ""), ("/shared", "x-other")] {
        let mut client = Client::connect(address, path, offer).await;
        assert_eq!(client.extensions, "");
        client.send(&text).await;
        let received = client.next().await;
        assert!(!received.is_compressed && received.text == text, "{path} {offer}");
        client.send_compressed(&text).await;
        assert_eq!(client.close_code().await, 1002, "{path} {offer}");
    }
}

#[tokio::test]
async fn a_message_for_many_reaches_each_as_it_takes_it() {
    let address = serve().await;
    let ten_bits = "permessage-deflate; server_max_window_bits=10";
    let mut clients = Vec::new();
    for (path, offer) in [
        ("/shared", OFFER),
        ("/shared", OFFER),
        ("/shared", ten_bits),
        ("/shared", ""),
        ("/dedicated", OFFER),
        ("/dedicated", ten_bits),
        ("/off", OFFER),
    ] {
        clients.push(Client::connect(address, path, offer).await);
    }
    for client in &mut clients {
        // Its own text coming back says that it is there.
        client.send("hello").await;
        assert_eq!(client.next().await.text, "hello");
    }
    let text = text();
    for round in 0..2 {
        clients[0].send_compressed(&format!("all {text}")).await;
        let mut received = Vec::new();
        for client in &mut clients {
            received.push(client.next().await);
        }
        assert!(received.iter().all(|message| message.text == text));
        let compressed: Vec<_> = received.iter().map(|message| message.is_compressed).collect();
        assert_eq!(compressed, [true, true, true, false, true, true, false]);
        assert_eq!(received[0].wire, received[1].wire, "compressed once");
        if round == 1 {
            assert!(received[4].wire.len() < received[0].wire.len() / 2, "its own context");
        }
    }
}

#[tokio::test]
async fn a_reply_in_parts_is_one_compressed_message() {
    let address = serve().await;
    let text = "word after word after word after word";
    let words: Vec<_> = text.split_inclusive(' ').map(|word| word.repeat(100)).collect();
    for path in ["/parts/off", "/parts/shared", "/parts/dedicated"] {
        let mut client = Client::connect(address, path, OFFER).await;
        for _ in 0..3 {
            client.send(text).await;
            // The first word was sent before the message in parts began.
            assert_eq!(client.next().await.text, words[0]);
            let parts = client.next().await;
            assert_eq!(parts.text, text);
            assert_eq!(parts.frames, words.len() + 1);
            assert_eq!(parts.is_compressed, path != "/parts/off");
            for word in &words[1..] {
                assert_eq!(client.next().await.text, *word, "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_from_many_threads_can_be_inflated_in_their_order() {
    let address = serve().await;
    let mut listener = Client::connect(address, "/dedicated", OFFER).await;
    listener.send("hello").await;
    listener.next().await;
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..8 {
        senders.spawn(async move {
            let mut client = Client::connect(address, "/off", "").await;
            for i in 0..20 {
                let name = format!("{number}/{i} ");
                client.send(&format!("all {name}{}", text())).await;
                // Others' texts come as well.
                while !client.next().await.text.starts_with(&name) {}
            }
        });
    }
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..8 * 20 {
        let received = listener.next().await;
        assert!(received.is_compressed);
        let (number, rest) = received.text.split_once(' ').unwrap();
        assert_eq!(rest, text());
        assert!(seen.insert(number.to_owned()), "{number} came twice");
    }
    senders.join_all().await;
}

#[tokio::test]
async fn what_inflates_beyond_the_limit_closes_with_1009() {
    let address = serve().await;
    for path in ["/shared", "/dedicated"] {
        let mut client = Client::connect(address, path, OFFER).await;
        let sent = client.send_compressed(&"x".repeat(10 << 20)).await;
        assert!(sent < 64 << 10, "small on the wire");
        assert_eq!(client.close_code().await, 1009, "{path}");
    }
}

#[tokio::test]
async fn what_does_not_inflate_closes_with_1007_and_a_wrong_bit_with_1002() {
    let address = serve().await;
    for (first, payload, code) in
        [(0xc1, &b"\xff\xff"[..], 1007), (0xc9, b"", 1002), (0xc0, b"", 1002), (0xa1, b"", 1002)]
    {
        let mut client = Client::connect(address, "/shared", OFFER).await;
        client.frame(first, payload).await;
        assert_eq!(client.close_code().await, code, "{first:#x}");
    }
}
