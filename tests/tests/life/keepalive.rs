//! Pings to those who are silent, and the end of those who stay so.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use wsrack::prelude::*;
use wsrack::testing::RawClient;

use crate::frames::{client, server as wire};
use crate::probe::{patient, patient_raw, probe};

/// The payload of the next frame, which is a ping.
async fn ping(client: &mut RawClient) -> wsrack::Result<Vec<u8>> {
    let frame = client.read(10).await?;
    assert_eq!(frame[..2], [0x89, 8], "no ping: {}", frame.escape_ascii());
    Ok(frame[2..].to_vec())
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_gets_a_ping_after_25_seconds_and_its_pong_keeps_it() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    for _ in 0..20 {
        let quiet = Instant::now();
        let payload = ping(&mut client).await?;
        assert_eq!(quiet.elapsed().as_secs(), 25);
        client.write(client::pong(&payload)).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn no_ping_while_the_client_speaks() -> wsrack::Result {
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    for _ in 0..20 {
        client.write(client::text("x")).await?;
        client.expect(wire::text("x")).await;
        client.expect_silence(Duration::from_secs(20)).await;
    }
    let quiet = Instant::now();
    ping(&mut client).await?;
    assert_eq!(quiet.elapsed().as_secs(), 5);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_ping_of_the_client_is_answered_and_counts_as_a_sign_of_life() -> wsrack::Result {
    let (server, _journal) = probe(Options::new().ping_interval(None)).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    for _ in 0..5 {
        client.write(client::ping(b"still here")).await?;
        client.expect(wire::pong(b"still here")).await;
        client.expect_silence(Duration::from_secs(50)).await;
    }
    client.expect_end().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn ping_and_idle_times_are_those_of_the_options() -> wsrack::Result {
    let times = Options::new().ping_interval(Duration::from_secs(3)).idle_timeout(Duration::from_secs(10));
    let (server, journal) = probe(times).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    let began = Instant::now();
    for seconds in [3, 6, 9] {
        ping(&mut client).await?;
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    client.expect_end().await;
    assert_eq!(began.elapsed().as_secs(), 10);
    journal.is(server, &[r#"close 1006 "" unclean PingTimeout"#]).await
}

#[tokio::test(start_paused = true)]
async fn with_both_switched_off_silence_may_last() -> wsrack::Result {
    let (server, _journal) = probe(Options::new().ping_interval(None).idle_timeout(None)).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    client.expect_silence(Duration::from_hours(24 * 60)).await;
    client.write(client::text("back")).await?;
    client.expect(wire::text("back")).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn keepalive_goes_on_after_the_clock_has_wrapped() -> wsrack::Result {
    let (server, _journal) = probe(Options::new().ping_interval(None).idle_timeout(None)).await?;
    let mut quiet = patient_raw(server.connect("/")).await?;
    // 2^32 milliseconds are 49.7 days.
    quiet.expect_silence(Duration::from_hours(24 * 49 + 16)).await;
    let (server, _journal) = probe(Options::new()).await?;
    let mut client = patient(server.connect("/")).await?;
    client.send("x").await?;
    assert_eq!(client.next_text().await?, "x");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_round_trip_is_that_of_the_last_ping() -> wsrack::Result {
    struct Rtt;

    #[websocket_app(ping_interval = "1s")]
    impl Rtt {
        #[on_message]
        fn any(&self, ws: &Socket) -> String {
            ws.rtt().map_or("none".to_owned(), |rtt| rtt.as_millis().to_string())
        }
    }

    let server = wsrack::routes! { "/" => Rtt }.test().await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::text("before any")).await?;
    client.expect(wire::text("none")).await;
    for millis in [80, 7] {
        let payload = ping(&mut client).await?;
        sleep(Duration::from_millis(millis)).await;
        client.write(client::pong(b"not the one")).await?;
        client.write([client::pong(&payload), client::text("?")].concat()).await?;
        client.expect(wire::text(&millis.to_string())).await;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_for_connections_that_outlive_their_server() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    drop(server);
    let began = Instant::now();
    ping(&mut client).await?;
    ping(&mut client).await?;
    client.expect_end().await;
    assert_eq!(began.elapsed().as_secs(), 60);
    assert_eq!(journal.next().await, r#"close 1006 "" unclean PingTimeout"#);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_draft_without_pings_has_no_idle_timeout_either() -> wsrack::Result {
    let (server, _journal) = probe(Options::new().drafts(wsrack::Drafts::ALL)).await?;
    let mut client = server.raw();
    client.set_patience(Duration::from_hours(1));
    let hixie_75 = "GET / HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nHost: a.example\r\n\
                    Origin: http://a.example\r\n\r\n";
    client.write(hixie_75).await?;
    assert!(client.read_head().await?.starts_with("HTTP/1.1 101 "));
    client.expect_silence(Duration::from_mins(20)).await;
    client.write(b"\0still here\xff").await?;
    client.expect(b"\0still here\xff").await;
    Ok(())
}
