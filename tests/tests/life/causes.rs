//! `on_close` runs once and says what ended the connection; here: what handlers and options do.

use std::time::Duration;

use wsrack::prelude::*;
use wsrack::{Rate, SlowClient};

use crate::frames::client;
use crate::journal::Journal;
use crate::probe::{guarded, patient, patient_raw, probe, scripted};

#[tokio::test(start_paused = true)]
async fn a_panic_in_on_message() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("panic now").await?;
    assert_eq!(client.closed().await?, (CloseCode::ERROR, String::new()));
    journal.is(server, &["begin panic now", r#"close 1011 "" clean Panic"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_on_open() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "panic now", "").await?;
    let mut client = server.connect("/").await?;
    client.send("not heard").await?;
    assert_eq!(client.closed().await?.0, CloseCode::ERROR);
    journal.is(server, &[r#"close 1011 "" clean Panic"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_on_close_itself_is_the_end() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "", "panic now").await?;
    server.connect("/").await?.close(1000, "").await?;
    journal.is(server, &[r#"close 1000 "" clean Client"#]).await
}

#[tokio::test(start_paused = true)]
async fn an_error_of_on_open() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "fail no room", "").await?;
    let mut client = server.connect("/").await?;
    client.send("not heard").await?;
    assert_eq!(client.closed().await?.0, CloseCode::ERROR);
    journal.is(server, &[r#"close 1011 "" clean Error"#]).await
}

#[tokio::test(start_paused = true)]
async fn an_error_of_on_message_without_on_error() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("fail at once").await?;
    assert_eq!(client.closed().await?, (CloseCode::ERROR, String::new()));
    journal.is(server, &["begin fail at once", "end fail at once", r#"close 1011 "" clean Error"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_message_that_does_not_decode_without_on_error() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("misread it").await?;
    assert_eq!(client.closed().await?.0, CloseCode::INVALID);
    journal.is(server, &["begin misread it", "end misread it", r#"close 1007 "" clean Protocol"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_no_handler_takes() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send(b"\x01\x02").await?;
    let reason = "no handler takes binary messages".to_owned();
    assert_eq!(client.closed().await?, (CloseCode::UNSUPPORTED, reason));
    journal.is(server, &[r#"close 1003 "no handler takes binary messages" clean Protocol"#]).await
}

#[tokio::test(start_paused = true)]
async fn an_application_without_message_handlers_drops_messages() -> wsrack::Result {
    struct Deaf;

    #[websocket_app]
    impl Deaf {}

    let server = wsrack::routes! { "/" => Deaf }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("text").await?;
    client.send(b"binary").await?;
    assert_eq!(client.close(1000, "").await?.0, CloseCode::NORMAL);
    server.shutdown().await
}

#[tokio::test(start_paused = true)]
async fn an_application_that_lets_a_connection_expire() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "expire 7", "").await?;
    let mut client = server.connect("/").await?;
    let began = tokio::time::Instant::now();
    assert_eq!(client.closed().await?, (CloseCode(4408), "expired".to_owned()));
    assert_eq!(began.elapsed().as_secs(), 7);
    journal.is(server, &[r#"close 4408 "expired" clean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_later_expiry_replaces_the_earlier() -> wsrack::Result {
    let (server, _journal) = scripted(Options::new(), "expire 7", "").await?;
    let mut client = patient(server.connect("/")).await?;
    client.send("expire 100").await?;
    let began = tokio::time::Instant::now();
    assert_eq!(client.closed().await?.0, CloseCode(4408));
    assert_eq!(began.elapsed().as_secs(), 100);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_expiry_in_the_past_closes_at_once() -> wsrack::Result {
    let (server, _journal) = scripted(Options::new(), "expire 0", "").await?;
    let began = tokio::time::Instant::now();
    assert_eq!(server.connect("/").await?.closed().await?.0, CloseCode(4408));
    assert!(began.elapsed() < Duration::from_secs(1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_expiry_months_away_is_kept() -> wsrack::Result {
    const DAYS_40: u64 = 40 * 24 * 60 * 60;
    let options = Options::new().ping_interval(None).idle_timeout(None);
    let (server, _journal) = scripted(options, "expire 3456000", "").await?;
    let connect = server.connect("/").patience(Duration::from_secs(2 * DAYS_40));
    let mut client = connect.await?;
    let began = tokio::time::Instant::now();
    assert_eq!(client.closed().await?.0, CloseCode(4408));
    assert_eq!(began.elapsed().as_secs(), DAYS_40);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_expiry_with_a_code_that_nobody_may_send_is_a_1011() -> wsrack::Result {
    struct Wrong;

    #[websocket_app]
    impl Wrong {
        #[on_open]
        fn open(&self, ws: &Socket) {
            ws.expires_at(tokio::time::Instant::now(), CloseCode::ABNORMAL);
        }
    }

    let server = wsrack::routes! { "/" => Wrong }.test().await?;
    assert_eq!(server.connect("/").await?.closed().await?.0, CloseCode::ERROR);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn more_messages_than_message_rate_allows() -> wsrack::Result {
    let options = Options::new().message_rate(Rate::new(2, Duration::from_secs(1)));
    let (server, journal) = probe(options).await?;
    let mut client = server.connect("/").await?;
    for text in ["a", "b", "c"] {
        client.send(text).await?;
    }
    assert_eq!([client.next_text().await?, client.next_text().await?], ["a", "b"]);
    assert_eq!(client.closed().await?, (CloseCode::POLICY, "too many messages".to_owned()));
    let close = r#"close 1008 "too many messages" clean Protocol"#;
    journal.is(server, &["begin a", "end a", "begin b", "end b", close]).await
}

#[tokio::test(start_paused = true)]
async fn messages_within_message_rate_pass_for_ever() -> wsrack::Result {
    let options = Options::new().message_rate(Rate::new(2, Duration::from_secs(1)));
    let (server, _journal) = probe(options).await?;
    let mut client = server.connect("/").await?;
    for round in 0..50 {
        client.send(format!("{round} a")).await?;
        client.send(format!("{round} b")).await?;
        assert_eq!(client.next_text().await?, format!("{round} a"));
        assert_eq!(client.next_text().await?, format!("{round} b"));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(client.close(1000, "").await?.0, CloseCode::NORMAL);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_and_a_queue_that_is_full() -> wsrack::Result {
    let (server, journal) = flood(SlowClient::Close).await?;
    let _client = server.connect("/").buffer(1 << 10).raw().await?;
    journal.is(server, &["full", r#"close 1008 "" unclean SlowClient"#]).await
}

#[tokio::test(start_paused = true)]
async fn with_drop_such_a_client_stays_and_misses_messages() -> wsrack::Result {
    let (server, mut journal) = flood(SlowClient::Drop).await?;
    let mut client = server.connect("/").buffer(1 << 10).await?;
    assert_eq!(journal.next().await, "full");
    let mut messages = 0;
    while client.next_text().await? != "end" {
        messages += 1;
    }
    assert!((1..1000).contains(&messages), "{messages} of 1000 messages came");
    client.close(1000, "").await?;
    journal.is(server, &[r#"close 1000 "" clean Client"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_burst_within_one_handler_is_not_a_slow_client() -> wsrack::Result {
    struct Burst;

    #[websocket_app(send_queue = "1 KiB")]
    impl Burst {
        #[on_message]
        fn any(&self, ws: &Socket) -> String {
            let taken = (0..1000).take_while(|number| ws.send_data(format!("{number:099}")).is_ok()).count();
            format!("{taken} taken")
        }
    }

    let server = wsrack::routes! { "/" => Burst }.test().await?;
    let mut client = server.connect("/").await?;
    for _ in 0..3 {
        client.send("go").await?;
        while !client.next_text().await?.ends_with("taken") {}
    }
    assert_eq!(client.close(1000, "").await?.0, CloseCode::NORMAL);
    Ok(())
}

/// Sends a thousand messages, as time goes by, until the queue is full; then waits and sends `end`.
async fn flood(policy: SlowClient) -> wsrack::Result<(wsrack::testing::TestServer, Journal)> {
    struct Flood(crate::journal::Pen);

    #[websocket_app(send_queue = "4 KiB")]
    impl Flood {
        #[on_open]
        async fn open(&self, ws: &Socket) -> wsrack::Result {
            let mut full = false;
            for number in 0..1000 {
                match ws.send_data(format!("{number:099}")) {
                    Err(SendError::Full) if !full => {
                        full = true;
                        self.0.write("full");
                    }
                    Ok(()) | Err(SendError::Full) => {}
                    Err(other) => return Err(other.into()),
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Ok(ws.send("end").await?)
        }

        #[on_close]
        fn bye(&self, close: Close) {
            self.0.write(crate::probe::told(&close));
        }
    }

    let (pen, journal) = crate::journal::journal();
    let app = Flood(pen).with(Options::new().slow_client(policy));
    Ok((wsrack::routes! { "/" => app }.test().await?, journal))
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_for_send_timeout() -> wsrack::Result {
    let options = Options::new().ping_interval(None).idle_timeout(None);
    let (server, journal) = probe(options).await?;
    let mut client = server.connect("/").raw().await?;
    client.line().hold_writes();
    client.write(client::text("x")).await?;
    let began = tokio::time::Instant::now();
    journal.is(server, &["begin x", "end x", r#"close 1006 "" unclean SendTimeout"#]).await?;
    assert_eq!(began.elapsed().as_secs(), 30);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_for_idle_timeout() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = patient_raw(server.connect("/")).await?;
    let began = tokio::time::Instant::now();
    client.write(client::text("x")).await?;
    // The echo and two pings, then the end.
    assert_eq!(client.read_to_end().await?.len(), 3 + 2 * 10);
    assert_eq!(began.elapsed().as_secs(), 60);
    journal.is(server, &["begin x", "end x", r#"close 1006 "" unclean PingTimeout"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_protocol_error_with_on_error() -> wsrack::Result {
    let (server, journal) = guarded("", "").await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::frame(0x83, b"")).await?;
    client.expect(crate::frames::server::close(1002, "")).await;
    client.shutdown().await?;
    let text = "opcode 0x3 is reserved; known are 0x0 to 0x2 and 0x8 to 0xa";
    let error = format!("error the peer broke the protocol: {text}");
    let close = format!("close 1002 {text:?} unclean Protocol");
    journal.is(server, &[&error, &close]).await
}
