//! Each example does what its page of code says.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use wsrack_tests::{Client, Close, Example, Result, get, signal};

/// What a busy machine may take longer.
const LATE: Duration = Duration::from_secs(15);

#[tokio::test]
async fn hello_greets_and_answers() -> Result {
    let mut hello = Example::start("hello", &[]).await?;
    let mut client = Client::connect(hello.ws("/websocket")).await?;
    assert_eq!(client.text().await?, "Hello to you!");
    client.send("anybody?").await?;
    // It also speaks up by itself.
    let answer = loop {
        let text = client.text().await?;
        if !text.ends_with("seconds have passed") {
            break text;
        }
    };
    assert_eq!(answer, "I got your message: anybody?");
    client.send(Message::Close(None)).await?;
    while !matches!(client.next().await?, Message::Close(_)) {}
    assert_eq!(hello.line("who left", |line| line.contains("left")).await?, "127.0.0.1 left: 1005");

    let (status, page) = get(&hello.http("/")).await?;
    assert!(status == 200 && page.contains("<title>"), "{status} {page}");
    let (status, text) = get(&hello.http("/websocket")).await?;
    assert_eq!(status, 426, "a plain GET is told to upgrade: {text}");
    Ok(())
}

#[tokio::test]
async fn hello_speaks_up_after_5_seconds_and_after_15() -> Result {
    let hello = Example::start("hello", &[]).await?;
    let began = Instant::now();
    let mut client = Client::connect(hello.ws("/websocket")).await?;
    for (text, seconds) in
        [("Hello to you!", 0), ("5 seconds have passed", 5), ("15 seconds have passed", 15)]
    {
        assert_eq!(client.text().await?, text);
        let (passed, due) = (began.elapsed(), Duration::from_secs(seconds));
        assert!(passed >= due && passed < due + LATE, "{text}: {passed:?}");
    }
    Ok(())
}

#[tokio::test]
async fn one_that_serves_until_a_signal_drains_at_each() -> Result {
    for stop in [Signal::INT, Signal::TERM] {
        let mut counter = Example::start("counter", &[]).await?;
        let mut client = Client::connect(counter.ws("/websocket")).await?;
        client.send("x").await?;
        assert_eq!(client.text().await?, "1 from you, 1 from everybody");
        signal(counter.process(), stop)?;
        assert_eq!(client.close().await?, close(1001, "the server stops"));
        counter.line("the count", |line| line == "one has left who sent 1").await?;
        assert!(counter.exit().await?.success(), "{stop:?}");
    }
    Ok(())
}

#[tokio::test]
async fn counter_counts_for_each_and_for_all() -> Result {
    let mut counter = Example::start("counter", &[]).await?;
    let mut first = Client::connect(counter.ws("/websocket")).await?;
    let mut second = Client::connect(counter.ws("/websocket")).await?;
    first.send("x").await?;
    assert_eq!(first.text().await?, "1 from you, 1 from everybody");
    first.send(vec![0; 3]).await?;
    assert_eq!(first.text().await?, "2 from you, 2 from everybody");
    second.send("x").await?;
    assert_eq!(second.text().await?, "1 from you, 3 from everybody");
    first.leave().await?;
    counter.line("the count", |line| line == "one has left who sent 2").await?;
    Ok(())
}

#[tokio::test]
async fn chat_reaches_the_room_and_no_other() -> Result {
    let chat = Example::start("chat", &[]).await?;
    let line =
        |from: Option<&str>, text: &str, people: u32| json!({ "from": from, "text": text, "people": people });
    let mut ada = Client::connect(chat.ws("/rooms/lobby?name=Ada")).await?;
    assert_eq!(ada.json().await?, line(None, "Ada is here", 1));
    let mut bob = Client::connect(chat.ws("/rooms/lobby?name=+Bob+")).await?;
    assert_eq!(ada.json().await?, line(None, "Bob is here", 2));
    assert_eq!(bob.json().await?, line(None, "Bob is here", 2));
    let mut eve = Client::connect(chat.ws("/rooms/attic?name=Eve")).await?;
    assert_eq!(eve.json().await?, line(None, "Eve is here", 1));

    eve.send("nobody hears me").await?;
    assert_eq!(eve.json().await?, line(Some("Eve"), "nobody hears me", 1));
    bob.send("hello").await?;
    assert_eq!(ada.json().await?, line(Some("Bob"), "hello", 2));
    assert_eq!(bob.json().await?, line(Some("Bob"), "hello", 2));
    bob.leave().await?;
    assert_eq!(ada.json().await?, line(None, "Bob has left", 1));
    Ok(())
}

#[tokio::test]
async fn chat_asks_for_a_name() -> Result {
    let chat = Example::start("chat", &[]).await?;
    let answer = Client::refused(chat.ws("/rooms/lobby")).await?;
    assert_eq!(answer.status(), 400);
    let mut nobody = Client::connect(chat.ws("/rooms/lobby?name=%20")).await?;
    assert_eq!(nobody.close().await?, close(4400, "a name has 1 to 20 characters"));
    Ok(())
}

#[tokio::test]
async fn events_answer_with_the_id_and_tell_the_others() -> Result {
    let events = Example::start("events", &[]).await?;
    let mut ada = Client::connect(events.ws("/websocket")).await?;
    let mut bob = Client::connect(events.ws("/websocket")).await?;
    // The answer says that it is there, and with it that its subscription is.
    bob.send(r#"{"event": "all", "id": "x"}"#).await?;
    assert_eq!(bob.json().await?, json!({ "event": "all", "data": [], "id": "x" }));

    ada.send(r#"{"event": "add", "data": {"name": "bread"}, "id": 7}"#).await?;
    let bread = json!({ "id": 1, "name": "bread", "done": false });
    let changed = json!({ "event": "changed", "data": bread });
    let answer = json!({ "event": "add", "data": bread, "id": 7 });
    assert_eq!((ada.json().await?, ada.json().await?), (changed.clone(), answer));
    assert_eq!(bob.json().await?, changed);

    bob.send(r#"{"event": "check", "data": {"id": 1, "done": true}}"#).await?;
    let bread = json!({ "id": 1, "name": "bread", "done": true });
    assert_eq!(ada.json().await?, json!({ "event": "changed", "data": bread }));
    assert_eq!(bob.json().await?, json!({ "event": "changed", "data": bread }));
    assert_eq!(bob.json().await?, json!({ "event": "check", "data": bread }), "no id was asked for");
    Ok(())
}

#[tokio::test]
async fn events_tell_what_is_wrong_and_stay_open() -> Result {
    let events = Example::start("events", &[]).await?;
    let mut client = Client::connect(events.ws("/websocket")).await?;
    for (sent, code) in [
        (r#"{"event": "add", "data": {"name": " "}, "id": 1}"#, "empty"),
        (r#"{"event": "check", "data": {"id": 9, "done": true}, "id": 1}"#, "not_found"),
        (r#"{"event": "add", "data": {"nome": "x"}, "id": 1}"#, "invalid_data"),
        (r#"{"event": "remove", "data": {"id": 1}, "id": 1}"#, "unknown_event"),
    ] {
        client.send(sent).await?;
        let answer = client.json().await?;
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &json!(1)), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn errors_are_sorted_by_type() -> Result {
    let mut errors = Example::start("errors", &[]).await?;
    let mut client = Client::connect(errors.ws("/websocket")).await?;
    client.send("8").await?;
    assert_eq!(client.text().await?, "125 coins each");
    client.send("eight").await?;
    assert_eq!(client.text().await?, "write a number: invalid digit found in string");
    client.send("-8").await?;
    assert_eq!(client.close().await?, close(4400, "-8 people are less than nobody"));
    errors.line("the close", |line| line == "closed with 4400 because of Server").await?;
    Ok(())
}

#[tokio::test]
async fn a_panic_ends_its_own_connection_only() -> Result {
    let mut errors = Example::start("errors", &[]).await?;
    let mut other = Client::connect(errors.ws("/websocket")).await?;
    let mut client = Client::connect(errors.ws("/websocket")).await?;
    client.send("0").await?;
    assert_eq!(client.close().await?, close(1011, ""));
    errors.line("the bug", |line| line.starts_with("a bug: ")).await?;
    errors.line("the close", |line| line == "closed with 1011 because of Panic").await?;
    other.send("1").await?;
    assert_eq!(other.text().await?, "1000 coins each");
    Ok(())
}

#[tokio::test]
async fn options_hold_for_the_type_or_for_one_instance() -> Result {
    let mut options = Example::start("options", &[]).await?;
    let large = "x".repeat(2_000);
    let mut plain = Client::connect(options.ws("/websocket")).await?;
    let greeting = plain.text().await?;
    assert_eq!(greeting, "Hello! Up to 1024 bytes a message, please, and one every 300 s.");
    plain.send("four").await?;
    assert_eq!(plain.text().await?, "4 bytes");
    plain.send(large.as_str()).await?;
    assert_eq!(plain.close().await?.code, 1009);

    let mut roomy = Client::connect(options.ws("/roomy")).await?;
    let greeting = roomy.text().await?;
    assert_eq!(greeting, "Take your time. Up to 65536 bytes a message, please, and one every 300 s.");
    roomy.send(large.as_str()).await?;
    assert_eq!(roomy.text().await?, "2000 bytes, yours truly");
    options.line("the message in the log", |line| line.contains("received 2000 bytes")).await?;
    Ok(())
}

#[tokio::test]
async fn axum_stands_outside_and_inside() -> Result {
    let axum = Example::start("axum", &[]).await?;
    assert_eq!(get(&axum.http("/health")).await?, (200, "well\n".to_owned()));
    assert_eq!(get(&axum.http("/users/ada")).await?, (200, "ada\n".to_owned()));
    let mut client = Client::connect(axum.ws("/websocket")).await?;
    client.send("quiet").await?;
    assert_eq!(client.text().await?, "QUIET");
    client.leave().await
}

fn close(code: u16, reason: &str) -> Close {
    Close { code, reason: reason.to_owned() }
}
