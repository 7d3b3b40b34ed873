//! Nobody waits for ever: not for a request, not for a close frame, not for a client that takes nothing.

use std::time::Duration;

use tokio::time::Instant;
use wsrack::prelude::*;
use wsrack::testing::Faults;

use crate::frames::{client, server as wire};
use crate::probe::{patient_raw, probe, scripted};

#[tokio::test(start_paused = true)]
async fn a_head_that_is_never_finished() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = server.raw();
    client.set_patience(Duration::from_hours(1));
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n").await?;
    let began = Instant::now();
    // Whether it says 408 before or not.
    client.read_to_end().await?;
    assert_eq!(began.elapsed().as_secs(), 10);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_head_of_which_a_byte_comes_now_and_then() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let slow = Faults::default().rate(1, Duration::from_secs(1));
    let began = Instant::now();
    assert!(server.connect("/").faults(slow).await.is_err());
    assert_eq!(began.elapsed().as_secs(), 10);
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_answer_a_close() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "close 4000 bye", "").await?;
    let mut client = server.connect("/").raw().await?;
    client.expect(wire::close(4000, "bye")).await;
    let began = Instant::now();
    client.expect_end().await;
    assert_eq!(began.elapsed().as_secs(), 5);
    journal.is(server, &[r#"close 4000 "bye" unclean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn one_that_goes_on_sending_instead() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "close 4000 bye", "").await?;
    let mut client = server.connect("/").raw().await?;
    let began = Instant::now();
    while client.write(client::text("what?")).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(began.elapsed().as_secs(), 5);
    journal.is(server, &[r#"close 4000 "bye" unclean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn one_that_takes_not_even_the_close_frame() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.line().hold_writes();
    client.write(client::text("close 4000 bye")).await?;
    let began = Instant::now();
    assert_eq!([journal.next().await, journal.next().await], ["begin close 4000 bye", "end close 4000 bye"]);
    assert_eq!(journal.next().await, r#"close 4000 "bye" unclean Server"#);
    assert_eq!(began.elapsed().as_secs(), 5);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_closes_and_does_not_take_the_replies() -> wsrack::Result {
    // One reply alone is more than the queue.
    let (server, mut journal) = probe(Options::new().send_queue(100)).await?;
    let mut client = server.connect("/").raw().await?;
    client.line().hold_writes();
    let (long, began) = ("x".repeat(1000), Instant::now());
    client.write([client::text("sleep 1"), client::text(&long), client::text("y")].concat()).await?;
    client.write(client::close(1000, "")).await?;
    let mut lines = Vec::new();
    while lines.len() < 7 {
        lines.push(journal.next().await);
    }
    // It has sent its close frame, and not taken ours.
    assert_eq!(lines[4..], ["begin y", "end y", r#"close 1000 "" unclean Client"#]);
    assert!(began.elapsed() < Duration::from_secs(15), "it took {:?}", began.elapsed());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_gets_all_that_was_sent_before_the_close() -> wsrack::Result {
    struct Sends;

    #[websocket_app]
    impl Sends {
        #[on_open]
        fn open(&self, ws: &Socket) -> wsrack::Result {
            ws.send_data("x".repeat(100_000))?;
            ws.close_websocket();
            Ok(())
        }
    }

    let server = wsrack::routes! { "/" => Sends }.test().await?;
    let slow = Faults::default().rate(500, Duration::from_millis(100));
    let mut client = server.connect("/").faults(slow).await?;
    client.set_patience(Duration::from_mins(5));
    let began = Instant::now();
    assert_eq!(client.next_text().await?.len(), 100_000);
    assert_eq!(client.closed().await?.0, CloseCode::NORMAL);
    assert!(began.elapsed() > Duration::from_secs(10));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_takes_a_little_now_and_then_is_not_cut_by_send_timeout() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/").buffer(100)).await?;
    let long = "x".repeat(1000);
    client.write(client::text(&long)).await?;
    let mut read = Vec::new();
    while read.len() < long.len() {
        tokio::time::sleep(Duration::from_secs(20)).await;
        read.extend(client.read(91).await?);
        client.write(client::pong(b"")).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_outlives_the_clients_close_does_not_keep_the_client_waiting() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    client.write([client::text("sleep 60"), client::close(4000, "")].concat()).await?;
    let began = Instant::now();
    client.expect(wire::close(4000, "")).await;
    assert_eq!(began.elapsed().as_secs(), 5);
    client.expect_end().await;
    journal.is(server, &["begin sleep 60", "end sleep 60", r#"close 4000 "" clean Client"#]).await
}
