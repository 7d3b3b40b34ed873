//! A real browser visits the page of the example `hello`.

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
