//! A real browser visits the pages of the examples.

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
