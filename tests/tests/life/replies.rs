//! What handlers return is sent, streams item by item, fragments as one message.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use tokio::time::{Instant, sleep};
use wsrack::prelude::*;
use wsrack::protocol::{Fragment, Kind};
use wsrack::testing::TestServer;

use crate::frames::{client, server as wire};
use crate::journal::{Journal, Pen, journal};

/// Counts as the message says: `count 3`, `fragments 3`; one item a second.
struct Streams(Pen);

type Items = Pin<Box<dyn Stream<Item = String> + Send>>;

#[websocket_app]
impl Streams {
    #[on_message]
    fn text(&self, text: &str) -> Replies<Items> {
        Replies(self.items(text))
    }

    #[on_message]
    fn binary(&self, ws: Socket, count: &[u8]) -> wsrack::Fragments<Items> {
        if count.len() > 1 {
            // Others speak meanwhile, more than the queue holds.
            tokio::spawn(async move {
                sleep(Duration::from_millis(1500)).await;
                ws.send_data("y".repeat(2000)).ok();
            });
        }
        Replies::fragments(self.items(&count[0].to_string()))
    }
}

impl Streams {
    fn items(&self, count: &str) -> Items {
        struct Ends(Pen);

        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.write("stream dropped");
            }
        }

        let Ok(count) = count.parse::<u32>() else { return Box::pin(stream::iter([count.to_owned()])) };
        let ends = Ends(self.0.clone());
        let items = stream::iter(0..count).then(|number| async move {
            sleep(Duration::from_secs(1)).await;
            number.to_string()
        });
        Box::pin(items.inspect(move |_| {
            let _held = &ends;
        }))
    }
}

async fn streams() -> wsrack::Result<(TestServer, Journal)> {
    let (pen, journal) = journal();
    Ok((wsrack::routes! { "/" => Streams(pen).with(Options::new().send_queue(1000)) }.test().await?, journal))
}

#[tokio::test(start_paused = true)]
async fn a_stream_holds_the_turn_until_it_ends() -> wsrack::Result {
    let (server, mut journal) = streams().await?;
    let mut client = server.connect("/").await?;
    client.send("3").await?;
    client.send("then this").await?;
    let began = Instant::now();
    for (text, seconds) in [("0", 1), ("1", 2), ("2", 3), ("then this", 3)] {
        assert_eq!(client.next_text().await?, text);
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    assert_eq!(journal.written(), ["stream dropped"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_dropped_when_the_connection_closes() -> wsrack::Result {
    for clean in [true, false] {
        let (server, mut journal) = streams().await?;
        let mut client = server.connect("/").await?;
        client.send("1000000").await?;
        assert_eq!(client.next_text().await?, "0");
        let began = Instant::now();
        if clean {
            client.close(1000, "").await?;
        }
        drop(client);
        assert_eq!(journal.next().await, "stream dropped");
        assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
        server.shutdown().await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stream_waits_for_room() -> wsrack::Result {
    struct Endless(Pen);

    #[websocket_app(send_queue = "1 KiB")]
    impl Endless {
        #[on_message]
        fn any(&self) -> Replies<impl Stream<Item = String> + Send + use<>> {
            let pen = self.0.clone();
            Replies(stream::iter(0_u32..).map(move |number| {
                pen.write("made");
                format!("{number:0100}")
            }))
        }
    }

    let (pen, mut journal) = journal();
    let server = wsrack::routes! { "/" => Endless(pen) }.test().await?;
    let mut client = server.connect("/").buffer(100).await?;
    client.send("go").await?;
    sleep(Duration::from_secs(1)).await;
    assert!(journal.written().len() < 20);
    for number in 0..100 {
        assert_eq!(client.next_text().await?, format!("{number:0100}"));
    }
    assert!(journal.written().len() < 120);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn fragments_are_one_message_with_pongs_between_and_other_messages_behind() -> wsrack::Result {
    struct Speaks;

    #[websocket_app]
    impl Speaks {
        #[on_message]
        fn any(&self, ws: Socket) -> wsrack::Fragments<impl Stream<Item = &'static str> + Send + use<>> {
            Replies::fragments(stream::iter(["a", "b"]).then(move |part| {
                let ws = ws.clone();
                async move {
                    sleep(Duration::from_secs(1)).await;
                    ws.send_data(format!("beside {part}")).ok();
                    part
                }
            }))
        }
    }

    let server = wsrack::routes! { "/" => Speaks }.test().await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::text("go")).await?;
    client.expect(wire::text("beside a")).await;
    client.expect(wire::fragment(Fragment::First(Kind::Text), "a")).await;
    client.write(client::ping(b"!")).await?;
    client.expect(wire::pong(b"!")).await;
    client.expect(wire::fragment(Fragment::Middle, "b")).await;
    client.expect(wire::fragment(Fragment::Last, "")).await;
    client.expect(wire::text("beside b")).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_fragmented_message_is_sent_though_others_fill_the_queue_behind_it() -> wsrack::Result {
    let (server, _journal) = streams().await?;
    let mut client = server.connect("/").await?;
    client.send(&[3, 1]).await?;
    assert_eq!(client.next_text().await?, "012");
    assert_eq!(client.next_text().await?, "y".repeat(2000));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_queue_as_large_as_can_be_takes_fragments_and_what_waits_behind_them() -> wsrack::Result {
    struct Speaks;

    #[websocket_app]
    impl Speaks {
        #[on_message]
        fn any(&self, ws: Socket) -> wsrack::Fragments<impl Stream<Item = &'static str> + Send + use<>> {
            Replies::fragments(stream::iter(["a", "b", "c"]).then(move |part| {
                ws.send_data("behind").ok();
                sleep(Duration::from_millis(5)).map(move |()| part)
            }))
        }
    }

    let routes = wsrack::routes! { "/" => Speaks.with(Options::new().send_queue(usize::MAX)) };
    let server = routes.test().await?;
    let mut client = server.connect("/").await?;
    client.send("go").await?;
    assert_eq!([client.next_text().await?, client.next_text().await?], ["behind", "abc"]);
    assert_eq!([client.next_text().await?, client.next_text().await?], ["behind", "behind"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_fragmented_message_without_items_is_not_sent() -> wsrack::Result {
    let (server, _journal) = streams().await?;
    let mut client = server.connect("/").await?;
    client.send(&[0]).await?;
    client.send("next").await?;
    assert_eq!(client.next_text().await?, "next");
    Ok(())
}

/// A stream that panics.
struct Panics;

impl Stream for Panics {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, _task: &mut Context<'_>) -> Poll<Option<String>> {
        panic!("a stream panics")
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_panics_closes_with_1011() -> wsrack::Result {
    struct Breaks;

    #[websocket_app]
    impl Breaks {
        #[on_message]
        fn any(&self) -> Replies<Panics> {
            Replies(Panics)
        }
    }

    let server = wsrack::routes! { "/" => Breaks }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("x").await?;
    assert_eq!(client.closed().await?.0, CloseCode::ERROR);
    Ok(())
}
