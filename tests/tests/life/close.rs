//! Both sides can close, and both learn how it went.

use wsrack::prelude::*;

use crate::frames::{client, server as wire};
use crate::probe::{patient_raw, probe, scripted};

#[tokio::test(start_paused = true)]
async fn the_client_closes_with_a_code_and_a_reason() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let answer = server.connect("/").await?.close(4001, "enough").await?;
    assert_eq!(answer, (CloseCode(4001), "enough".to_owned()));
    journal.is(server, &[r#"close 4001 "enough" clean Client"#]).await
}

#[tokio::test(start_paused = true)]
async fn the_client_closes_without_a_code() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let answer = server.connect("/").await?.close_without_code().await?;
    assert_eq!(answer, (CloseCode::NO_STATUS, String::new()));
    journal.is(server, &[r#"close 1005 "" clean Client"#]).await
}

#[tokio::test(start_paused = true)]
async fn after_the_answer_the_stream_ends() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::close(1000, "bye")).await?;
    client.expect(wire::close(1000, "bye")).await;
    client.expect_end().await;
    journal.is(server, &[r#"close 1000 "bye" clean Client"#]).await
}

#[tokio::test(start_paused = true)]
async fn the_application_closes_with_a_code_and_a_reason() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").await?;
    client.send("close 4002 go away").await?;
    assert_eq!(client.closed().await?, (CloseCode(4002), "go away".to_owned()));
    let lines =
        ["begin close 4002 go away", "end close 4002 go away", r#"close 4002 "go away" clean Server"#];
    journal.is(server, &lines).await
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_before_the_close_still_arrives() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "send first", "").await?;
    let mut client = server.connect("/").await?;
    client.send("send second").await?;
    client.send("close").await?;
    assert_eq!([client.next_text().await?, client.next_text().await?], ["first", "second"]);
    assert_eq!(client.closed().await?, (CloseCode::NORMAL, String::new()));
    assert_eq!(journal.rest(server).await?.pop().as_deref(), Some(r#"close 1000 "" clean Server"#));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn after_the_application_closed_it_gets_no_further_message() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.write([client::text("close"), client::text("too late"), client::close(1000, "")].concat()).await?;
    client.expect(wire::close(1000, "")).await;
    client.expect_end().await;
    journal.is(server, &["begin close", "end close", r#"close 1000 "" clean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_connection_closed_in_on_open_takes_no_message() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "close 4403 not here", "").await?;
    let mut client = server.connect("/").raw().await?;
    client.write([client::text("hello?"), client::close(1000, "")].concat()).await?;
    client.expect(wire::close(4403, "not here")).await;
    journal.is(server, &[r#"close 4403 "not here" clean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_close_while_a_handler_waits_is_answered_when_it_is_done() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.write([client::text("sleep 2"), client::text("x"), client::close(4000, "")].concat()).await?;
    client.expect(wire::text("sleep 2")).await;
    client.expect(wire::text("x")).await;
    client.expect(wire::close(4000, "")).await;
    let lines = ["begin sleep 2", "end sleep 2", "begin x", "end x", r#"close 4000 "" clean Client"#];
    journal.is(server, &lines).await
}

#[tokio::test(start_paused = true)]
async fn a_close_from_a_handler_that_goes_on_leaves_at_once() -> wsrack::Result {
    struct Slow;

    #[websocket_app]
    impl Slow {
        #[on_message]
        async fn any(&self, ws: &Socket) -> &'static str {
            ws.close_with(4000, "at once");
            tokio::time::sleep(std::time::Duration::from_mins(10)).await;
            "too late"
        }
    }

    let server = wsrack::routes! { "/" => Slow }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("x").await?;
    let sent = tokio::time::Instant::now();
    assert_eq!(client.closed().await?, (CloseCode(4000), "at once".to_owned()));
    assert!(sent.elapsed() < std::time::Duration::from_secs(1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn both_may_close_at_once() -> wsrack::Result {
    let (server, journal) = scripted(Options::new(), "close 4000 mine", "").await?;
    let mut client = patient_raw(server.connect("/")).await?;
    client.write(client::close(4001, "yours")).await?;
    client.expect(wire::close(4000, "mine")).await;
    client.expect_end().await;
    journal.is(server, &[r#"close 4000 "mine" clean Server"#]).await
}
