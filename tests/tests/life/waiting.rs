//! While a handler waits the connection goes on: it writes, answers pings, and holds the client back.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use wsrack::prelude::*;

use crate::frames::{client, server as wire};
use crate::probe::{patient, patient_raw, probe};

#[tokio::test(start_paused = true)]
async fn pings_are_answered() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.write([client::text("sleep 10"), client::ping(b"at once")].concat()).await?;
    client.expect(wire::pong(b"at once")).await;
    sleep(Duration::from_secs(5)).await;
    client.write([client::text("in turn"), client::ping(b"as well")].concat()).await?;
    client.expect(wire::pong(b"as well")).await;
    client.expect(wire::text("sleep 10")).await;
    client.expect(wire::text("in turn")).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn keepalive_pings_are_sent_and_silence_still_ends_it() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    client.write(client::text("sleep 100")).await?;
    let began = Instant::now();
    assert_eq!(client.read(20).await?[..2], [0x89, 8]);
    assert_eq!(began.elapsed().as_secs(), 50);
    client.expect_end().await;
    assert_eq!(began.elapsed().as_secs(), 60, "the stream does not stay for a handler that is at work");
    journal.is(server, &["begin sleep 100", "end sleep 100", r#"close 1006 "" unclean PingTimeout"#]).await?;
    assert_eq!(began.elapsed().as_secs(), 100, "the handler is not cancelled");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_it_sends_goes_out() -> wsrack::Result {
    struct Talks;

    #[websocket_app]
    impl Talks {
        #[on_message]
        async fn any(&self, ws: &Socket) -> wsrack::Result<&'static str> {
            for text in ["one", "two"] {
                ws.send_data(text)?;
                sleep(Duration::from_secs(10)).await;
            }
            Ok("three")
        }
    }

    let server = wsrack::routes! { "/" => Talks }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("go").await?;
    let began = Instant::now();
    for (text, seconds) in [("one", 0), ("two", 10), ("three", 20)] {
        assert_eq!(client.next_text().await?, text);
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_others_send_goes_out() -> wsrack::Result {
    struct Topic;

    #[websocket_app]
    impl Topic {
        #[on_open]
        fn join(&self, ws: &Socket) -> wsrack::Result {
            Ok(ws.subscribe("news")?)
        }

        #[on_message]
        async fn any(&self) {
            std::future::pending::<()>().await;
        }
    }

    let server = wsrack::routes! { "/" => Topic }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("hang").await?;
    for text in ["one", "two"] {
        sleep(Duration::from_secs(1)).await;
        assert_eq!(server.hub().publish("news", text)?, 1);
        assert_eq!(client.next_text().await?, text);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn reading_pauses_at_a_bound_and_the_idle_clock_stands_still() -> wsrack::Result {
    let (server, _journal) = probe(Options::new().ping_interval(None)).await?;
    let mut client = patient(server.connect("/").buffer(1 << 10)).await?;
    client.send("sleep 600").await?;
    client.set_patience(Duration::from_secs(1));
    let mut sent = 0;
    while client.send("x".repeat(1000)).await.is_ok() {
        sent += 1;
    }
    assert!(client.line().read() < 256 << 10, "{} bytes were read meanwhile", client.line().read());
    client.set_patience(Duration::from_hours(1));
    assert_eq!(client.next_text().await?, "sleep 600");
    for _ in 0..sent {
        assert_eq!(client.next_text().await?, "x".repeat(1000));
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_small_messages_is_bounded_as_well() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    client.write(client::text("hang")).await?;
    client.set_patience(Duration::from_secs(1));
    while client.write(client::text("").repeat(100)).await.is_ok() {}
    assert!(client.line().read() < 256 << 10, "{} bytes were read meanwhile", client.line().read());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_only_sends_is_held_back_when_the_queue_is_full() -> wsrack::Result {
    let options = Options::new().send_queue(16 << 10).send_timeout(None).ping_interval(None);
    let (server, _journal) = probe(options).await?;
    let mut client = server.connect("/").buffer(1 << 10).raw().await?;
    client.set_patience(Duration::from_secs(1));
    let frame = client::text(&"x".repeat(1000));
    while client.write(&frame).await.is_ok() {}
    assert!(client.line().read() < 256 << 10, "{} bytes were read meanwhile", client.line().read());
    // It is still served when it reads again.
    client.expect(wire::text(&"x".repeat(1000))).await;
    Ok(())
}
