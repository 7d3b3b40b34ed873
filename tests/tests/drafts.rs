//! Other people's clients of the old drafts against the example `echo`.

use serde::Deserialize;
use wsrack_tests::{Example, Result, Script, Tool};

const TEXT: &str = "aé€𝄞";

#[derive(Debug, Deserialize)]
struct Ruby {
    version: u8,
    text: String,
    binary: Option<Vec<u8>>,
    pong: Option<(String, String)>,
    close: Option<String>,
    rest: usize,
}

#[derive(Debug, Deserialize)]
struct Perl {
    version: String,
    text: String,
}

#[tokio::test]
async fn ruby_websocket_and_echo_understand_each_other_in_every_draft() -> Result {
    let Some(script) = Script::find(Tool::Ruby("websocket"), "drafts.rb")? else { return Ok(()) };
    let echo = Example::start("echo", &["--option", "drafts=all"]).await?;
    let seen: Vec<Ruby> = script.run(&address(&echo)).await?;
    let versions: Vec<_> = seen.iter().map(|seen| seen.version).collect();
    assert_eq!(versions, [75, 76, 0, 1, 2, 3, 4, 5, 6, 7, 8, 13]);
    for seen in seen {
        let framed = !matches!(seen.version, 75 | 76 | 0);
        assert_eq!(seen.text, TEXT, "{seen:?}");
        assert_eq!(seen.binary, framed.then(|| vec![0x00, 0xff, 0x80]), "{seen:?}");
        assert_eq!(seen.pong, framed.then(|| ("pong".into(), "there?".into())), "{seen:?}");
        assert_eq!(seen.close.as_deref(), (seen.version != 75).then_some("close"), "{seen:?}");
        assert_eq!(seen.rest, 0, "{seen:?}");
    }
    Ok(())
}

#[tokio::test]
async fn perls_protocol_websocket_and_echo_understand_each_other() -> Result {
    let Some(script) = Script::find(Tool::Perl("Protocol::WebSocket"), "drafts.pl")? else { return Ok(()) };
    let echo = Example::start("echo", &["--option", "drafts=all"]).await?;
    let seen: Vec<Perl> = script.run(&address(&echo)).await?;
    let versions: Vec<_> = seen.iter().map(|seen| &*seen.version).collect();
    assert_eq!(
        versions,
        ["draft-hixie-75", "draft-ietf-hybi-00", "draft-ietf-hybi-10", "draft-ietf-hybi-17"]
    );
    for seen in seen {
        assert_eq!(seen.text, TEXT, "{seen:?}");
    }
    Ok(())
}

/// Host and port, as arguments.
fn address(echo: &Example) -> [&str; 2] {
    let (host, port) = echo.authority().split_once(':').unwrap_or_default();
    [host, port]
}
