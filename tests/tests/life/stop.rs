//! A server that stops: 1001 for all, answers for what was received, and an end for those who do not end.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use wsrack::prelude::*;

use crate::frames::{client, server as wire};
use crate::probe::{patient, patient_raw, probe, scripted};

const STOPPED: &str = r#"close 1001 "the server stops" clean Shutdown"#;

#[tokio::test(start_paused = true)]
async fn all_connections_are_closed_with_1001() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(server.connect("/").await?);
    }
    let stopping = tokio::spawn(journal.rest(server));
    for mut client in clients {
        assert_eq!(client.closed().await?, (CloseCode::GOING_AWAY, "the server stops".to_owned()));
    }
    assert_eq!(stopping.await??, [STOPPED; 10]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_a_handler_received_is_answered_before_the_close_frame() -> wsrack::Result {
    // Within `close_timeout` and beyond it.
    for (work, took) in [("sleep 2", 1), ("sleep 20", 19)] {
        let (server, journal) = probe(Options::new()).await?;
        let mut client = patient_raw(server.connect("/")).await?;
        client.write(client::text(work)).await?;
        sleep(Duration::from_secs(1)).await;
        let began = Instant::now();
        let stopping = tokio::spawn(journal.rest(server));
        client.expect(wire::text(work)).await;
        assert_eq!(began.elapsed().as_secs(), took);
        client.expect(wire::close(1001, "the server stops")).await;
        client.write(client::close(1001, "")).await?;
        client.expect_end().await;
        assert_eq!(stopping.await??, [&format!("begin {work}"), &format!("end {work}"), STOPPED]);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn messages_that_no_handler_has_begun_are_dropped() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("sleep 2").await?;
    client.send("waits").await?;
    sleep(Duration::from_secs(1)).await;
    let stopping = tokio::spawn(journal.rest(server));
    assert_eq!(client.next_text().await?, "sleep 2");
    assert_eq!(client.closed().await?.0, CloseCode::GOING_AWAY);
    assert_eq!(stopping.await??, ["begin sleep 2", "end sleep 2", STOPPED]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_dropped_at_the_end_of_the_graceful_period() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = patient(server.connect("/")).await?;
    client.send("hang").await?;
    client.send("waits").await?;
    assert_eq!(journal.next().await, "begin hang");
    let began = Instant::now();
    server.shutdown_within(Duration::from_secs(12)).await?;
    assert_eq!(began.elapsed().as_secs(), 12);
    assert_eq!(journal.next().await, r#"close 1001 "the server stops" unclean Shutdown"#);
    assert_eq!(journal.next().await, "(nobody writes any more)");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_line_too_and_then_no_further_handler_begins() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    for text in ["hang", "sleep 1", "x"] {
        client.send(text).await?;
    }
    drop(client);
    assert_eq!(journal.next().await, "begin hang");
    let began = Instant::now();
    server.shutdown_within(Duration::from_secs(12)).await?;
    assert_eq!(began.elapsed().as_secs(), 12);
    assert_eq!(journal.next().await, r#"close 1006 "" unclean Lost"#);
    assert_eq!(journal.next().await, "(nobody writes any more)");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_on_close_that_hangs_is_dropped_as_well() -> wsrack::Result {
    let (server, mut journal) = scripted(Options::new(), "", "hang").await?;
    server.connect("/").await?.close(1000, "").await?;
    assert_eq!(journal.next().await, r#"close 1000 "" clean Client"#);
    let began = Instant::now();
    server.shutdown_within(Duration::from_secs(3)).await?;
    assert_eq!(began.elapsed().as_secs(), 3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn after_a_handler_that_hangs_on_close_has_a_moment() -> wsrack::Result {
    struct Stuck(crate::journal::Pen);

    #[websocket_app]
    impl Stuck {
        #[on_message]
        async fn any(&self) {
            std::future::pending::<()>().await;
        }

        #[on_close]
        async fn bye(&self) {
            sleep(Duration::from_millis(500)).await;
            self.0.write("said goodbye");
        }

        #[on_stop]
        fn stop(&self) {
            self.0.write("stopped");
        }
    }

    let (pen, journal) = crate::journal::journal();
    let server = wsrack::routes! { "/" => Stuck(pen) }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("x").await?;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(journal.rest(server).await?, ["said goodbye", "stopped"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_answer_is_cut_after_close_timeout() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let _client = server.connect("/").raw().await?;
    let began = Instant::now();
    assert_eq!(journal.rest(server).await?, [r#"close 1001 "the server stops" unclean Shutdown"#]);
    assert_eq!(began.elapsed().as_secs(), 5);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn while_it_stops_a_lost_line_is_told_as_the_stop() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("sleep 3").await?;
    assert_eq!(journal.next().await, "begin sleep 3");
    let stopping = tokio::spawn(journal.rest(server));
    sleep(Duration::from_secs(1)).await;
    drop(client);
    assert_eq!(stopping.await??, ["end sleep 3", r#"close 1001 "the server stops" unclean Shutdown"#]);
    Ok(())
}
