//! What reaches `on_error`, and what becomes of the connection then.

use wsrack::prelude::*;

use crate::journal::{Pen, journal};
use crate::probe::{guarded, probe};

#[tokio::test(start_paused = true)]
async fn after_an_error_of_on_message_the_connection_stays_open() -> wsrack::Result {
    let (server, journal) = guarded("", "send sorry").await?;
    let mut client = server.connect("/").await?;
    client.send("fail one").await?;
    assert_eq!(client.next_text().await?, "sorry");
    client.send(b"\x01").await?;
    assert_eq!(client.next_text().await?, "sorry");
    client.send("still here").await?;
    assert_eq!(client.next_text().await?, "still here");
    client.close(1000, "").await?;
    let lines =
        ["error one", "error the message does not decode: no numbers", r#"close 1000 "" clean Client"#];
    journal.is(server, &lines).await
}

#[tokio::test(start_paused = true)]
async fn on_error_may_close() -> wsrack::Result {
    let (server, journal) = guarded("", "close 4500 broken").await?;
    let mut client = server.connect("/").await?;
    client.send("fail one").await?;
    assert_eq!(client.closed().await?, (CloseCode(4500), "broken".to_owned()));
    journal.is(server, &["error one", r#"close 4500 "broken" clean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn an_error_of_on_open_closes_after_on_error() -> wsrack::Result {
    let (server, journal) = guarded("fail no", "send sorry").await?;
    let mut client = server.connect("/").await?;
    client.send("not heard").await?;
    assert_eq!(client.next_text().await?, "sorry");
    assert_eq!(client.closed().await?.0, CloseCode::ERROR);
    journal.is(server, &["error no", r#"close 1011 "" clean Error"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_panic_closes_after_on_error() -> wsrack::Result {
    for (open, message) in [("panic now", "not heard"), ("", "panic now")] {
        let (server, journal) = guarded(open, "send sorry").await?;
        let mut client = server.connect("/").await?;
        client.send(message).await?;
        assert_eq!(client.next_text().await?, "sorry");
        assert_eq!(client.closed().await?.0, CloseCode::ERROR);
        journal.is(server, &["error a handler panicked: now", r#"close 1011 "" clean Panic"#]).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_on_error_itself_ends_in_closes_with_1011_and_does_not_come_back() -> wsrack::Result {
    for (script, cause) in [("fail two", "Error"), ("panic two", "Panic"), ("misread two", "Error")] {
        let (server, journal) = guarded("", script).await?;
        let mut client = server.connect("/").await?;
        client.send("fail one").await?;
        assert_eq!(client.closed().await?.0, CloseCode::ERROR, "{script}");
        journal.is(server, &["error one", &format!(r#"close 1011 "" clean {cause}"#)]).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn already_closed_goes_nowhere() -> wsrack::Result {
    struct Closes(Pen);

    #[websocket_app]
    impl Closes {
        #[on_message]
        async fn any(&self, ws: &Socket) -> wsrack::Result {
            ws.close_websocket();
            ws.send("too late").await?;
            Ok(())
        }

        #[on_error]
        fn oops(&self, error: &Error) {
            self.0.write(format!("error {error}"));
        }

        #[on_close]
        fn bye(&self, close: Close) {
            self.0.write(crate::probe::told(&close));
        }
    }

    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Closes(pen) }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("x").await?;
    assert_eq!(client.closed().await?.0, CloseCode::NORMAL);
    journal.is(server, &[r#"close 1000 "" clean Server"#]).await
}

#[tokio::test(start_paused = true)]
async fn a_panic_closes_though_on_error_finds_another_connection_closed() -> wsrack::Result {
    struct Tells;

    #[websocket_app]
    impl Tells {
        #[on_message]
        fn any(&self) {
            panic!("now");
        }

        #[on_error]
        fn oops(&self, _error: &Error) -> wsrack::Result {
            Err(SendError::Closed.into())
        }
    }

    let server = wsrack::routes! { "/" => Tells }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("x").await?;
    assert_eq!(client.closed().await?.0, CloseCode::ERROR);
    Ok(())
}

#[derive(Debug, thiserror::Error)]
#[error("outer")]
struct Outer(#[source] std::num::ParseIntError);

#[tokio::test(start_paused = true)]
async fn handlers_for_one_type_are_asked_value_first_then_its_sources() -> wsrack::Result {
    struct Typed;

    #[websocket_app]
    impl Typed {
        #[on_message]
        fn text(&self, text: &str) -> wsrack::Result {
            match text {
                "outer" => {
                    Err(Outer("x".parse::<u8>().map_or_else(|error| error, |_| unreachable!())).into())
                }
                "number" => Err("x".parse::<u8>().map_or_else(|error| error, |_| unreachable!()).into()),
                "io" => Err(std::io::Error::other("disk").into()),
                _ => Err(std::fmt::Error.into()),
            }
        }

        #[on_error]
        fn io(&self, _error: &std::io::Error) -> &'static str {
            "as io"
        }

        #[on_error]
        fn number(&self, error: &std::num::ParseIntError) -> String {
            format!("as a number: {error}")
        }

        #[on_error]
        fn rest(&self, error: &Error) -> String {
            format!("as the rest: {error}")
        }
    }

    let server = wsrack::routes! { "/" => Typed }.test().await?;
    let mut client = server.connect("/").await?;
    for (text, reply) in [
        ("io", "as io"),
        ("number", "as a number: invalid digit found in string"),
        ("outer", "as a number: invalid digit found in string"),
        ("fmt", "as the rest: an error occurred when formatting an argument"),
    ] {
        client.send(text).await?;
        assert_eq!(client.next_text().await?, reply);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_error_while_the_peer_closes_changes_nothing() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    let bytes = [crate::frames::client::text("sleep 1"), crate::frames::client::text("fail x")].concat();
    client.write(bytes).await?;
    client.write(crate::frames::client::close(4000, "")).await?;
    client.expect(crate::frames::server::text("sleep 1")).await;
    client.expect(crate::frames::server::close(4000, "")).await;
    let lines =
        ["begin sleep 1", "end sleep 1", "begin fail x", "end fail x", r#"close 4000 "" clean Client"#];
    journal.is(server, &lines).await
}

/// What `anyhow` makes of an error shows its sources, and only with a context the error itself.
#[tokio::test(start_paused = true)]
async fn errors_by_anyhow_are_errors_like_others() -> wsrack::Result {
    use anyhow::Context as _;

    struct Anyhow(Pen);

    #[websocket_app]
    impl Anyhow {
        #[on_message]
        async fn text(&self, ws: &Socket, text: &str) -> anyhow::Result<String> {
            if text == "close" {
                ws.close_websocket();
                ws.send("too late").await?;
            }
            let number: u32 = text.parse().context("a number is asked for")?;
            anyhow::ensure!(number > 0, "zero is too little");
            Ok(format!("{number}"))
        }

        #[on_error]
        fn number(&self, error: &std::num::ParseIntError) -> String {
            format!("as a number: {error}")
        }

        #[on_error]
        fn rest(&self, error: &Error) -> String {
            self.0.write(format!("error {error}"));
            format!("as the rest: {error}")
        }

        #[on_close]
        fn bye(&self, close: Close) {
            self.0.write(crate::probe::told(&close));
        }
    }

    let (pen, journal) = journal();
    let server = wsrack::routes! { "/" => Anyhow(pen) }.test().await?;
    let mut client = server.connect("/").await?;
    for (text, reply) in [
        ("7", "7"),
        ("seven", "as a number: invalid digit found in string"),
        ("0", "as the rest: zero is too little"),
    ] {
        client.send(text).await?;
        assert_eq!(client.next_text().await?, reply);
    }
    client.send("close").await?;
    assert_eq!(client.closed().await?.0, CloseCode::NORMAL);
    journal.is(server, &["error zero is too little", r#"close 1000 "" clean Server"#]).await
}
