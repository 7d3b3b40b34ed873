//! A real browser visits the pages of the examples, and compresses for `echo`.

use serde::Deserialize;
use wsrack_tests::{Example, Result, Script, Tool};

/// What `tests/clients/browser.cjs` prints.
#[derive(Debug, Deserialize)]
struct Visit {
    socket: String,
    greeting: String,
    sent: Vec<String>,
    answer: String,
    errors: Vec<String>,
}

#[tokio::test]
async fn chromium_talks_with_hello() -> Result {
    let Some(script) = Script::find(Tool::Node("playwright-core"), "browser.cjs")? else { return Ok(()) };
    let Some(chromium) = Tool::Chromium.find("the visit to hello's page")? else { return Ok(()) };
    let hello = Example::start("hello", &[]).await?;

    let message = "Is anybody there?";
    let visit: Visit = script.run(&[&hello.http("/"), &chromium.to_string_lossy(), message]).await?;

    assert_eq!(visit.errors, [""; 0], "the browser's console stays clean");
    assert_eq!(visit.socket, "/websocket");
    assert!(visit.greeting.contains("Hello"), "hello greets who connects: {}", visit.greeting);
    assert_eq!(visit.sent, [message]);
    assert!(visit.answer.contains(message), "hello answers what was sent: {}", visit.answer);
    Ok(())
}

/// What `tests/clients/pages.cjs` prints.
#[derive(Debug, Deserialize)]
struct Pages {
    shown: Vec<String>,
    errors: Vec<String>,
}

#[tokio::test]
async fn two_people_chat() -> Result {
    let Some(shown) = two_people_at("chat").await? else { return Ok(()) };
    let lines = ["Ada is here", "Bob is here", "AdaGood morning, <b>Bob</b>!", "BobHello", "Bob has left"];
    assert_eq!(shown[..2], ["2 here", "1 here"]);
    assert_eq!(shown[2..], lines);
    Ok(())
}

#[tokio::test]
async fn two_people_share_a_list() -> Result {
    let Some(shown) = two_people_at("events").await? else { return Ok(()) };
    assert_eq!(shown, ["write what is to be bought", "bread"]);
    Ok(())
}

/// What they see, or `None` where there is no browser.
async fn two_people_at(example: &str) -> Result<Option<Vec<String>>> {
    let Some(script) = Script::find(Tool::Node("playwright-core"), "pages.cjs")? else { return Ok(None) };
    let Some(chromium) = Tool::Chromium.find("the visit to the pages")? else { return Ok(None) };
    let server = Example::start(example, &[]).await?;
    let Pages { shown, errors } =
        script.run(&[example, &server.http("/"), &chromium.to_string_lossy()]).await?;
    assert_eq!(errors, [""; 0], "the browser's console stays clean");
    Ok(Some(shown))
}

/// What `tests/clients/browser_compression.cjs` prints.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Compressed {
    extensions: String,
    answers: Vec<String>,
    code: u16,
    was_clean: bool,
}

#[tokio::test]
async fn chromium_compresses_for_echo() -> Result {
    let Some(script) = Script::find(Tool::Node("playwright-core"), "browser_compression.cjs")? else {
        return Ok(());
    };
    let Some(chromium) = Tool::Chromium.find("a compressed conversation with echo")? else { return Ok(()) };
    let text = "what a browser says again and again; ".repeat(500);
    for (compression, extensions) in [
        ("compression=shared", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
        ("compression=dedicated", "permessage-deflate"),
        (
            "compression=dedicated, server_max_window_bits=9, client_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
        ),
    ] {
        let echo = Example::start("echo", &["--option", compression, "--option", "origins=any"]).await?;
        let seen: Compressed = script.run(&[&echo.ws("/"), &chromium.to_string_lossy(), &text]).await?;
        let expected = Compressed {
            extensions: extensions.to_owned(),
            answers: vec![text.clone(); 3],
            code: 1000,
            was_clean: true,
        };
        assert_eq!(seen, expected, "{compression}");
    }
    Ok(())
}
