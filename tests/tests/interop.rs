//! Other people's clients hold one conversation with the example `echo`; both ends are compared.

use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::{
        CloseFrame,
        frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};
use wsrack_tests::{CLOSE_CODE, CLOSE_REASON, Client, Example, Failure, LARGE, Result, Script, Seen, Tool};

/// With windows of less than 32 KiB as well: both ends must keep to them.
const COMPRESSIONS: [&str; 3] = [
    "compression=shared, min_size=0",
    "compression=dedicated, min_size=0",
    "compression=dedicated, server_max_window_bits=9, client_max_window_bits=9",
];

#[tokio::test]
async fn nodes_ws_and_echo_understand_each_other() -> Result {
    converse_by_script(Tool::Node("ws"), "interop.cjs", None).await
}

#[tokio::test]
async fn nodes_ws_and_echo_compress_for_each_other() -> Result {
    for compression in COMPRESSIONS {
        converse_by_script(Tool::Node("ws"), "interop.cjs", Some(compression)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn pythons_websockets_and_echo_understand_each_other() -> Result {
    converse_by_script(Tool::Python("websockets"), "interop.py", None).await
}

#[tokio::test]
async fn pythons_websockets_and_echo_compress_for_each_other() -> Result {
    for compression in COMPRESSIONS {
        converse_by_script(Tool::Python("websockets"), "interop.py", Some(compression)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn tungstenite_and_echo_understand_each_other() -> Result {
    let mut echo = Example::start("echo", &[]).await?;
    let client = Client::connect(&echo.ws("/")).await?;
    assert_eq!(converse(client).await?, Seen::expected());
    assert_server_saw_the_close(&mut echo).await
}

#[tokio::test]
async fn a_text_to_the_fan_out_reaches_everybody() -> Result {
    let echo = Example::start("echo", &[]).await?;
    let mut clients = Vec::new();
    for name in ["first", "second", "third"] {
        let mut client = Client::connect(&echo.ws("/fanout")).await?;
        // Its own text coming back says that it is there before the next one speaks.
        client.send(name).await?;
        assert_eq!(client.text().await?, name);
        clients.push(client);
    }
    // Who came earlier hears those who came later.
    assert_eq!((clients[0].text().await?, clients[0].text().await?), ("second".into(), "third".into()));
    assert_eq!(clients[1].text().await?, "third");
    clients[1].send("to all").await?;
    for client in &mut clients {
        assert_eq!(client.text().await?, "to all");
    }
    Ok(())
}

async fn converse_by_script(tool: Tool, file: &'static str, compression: Option<&str>) -> Result {
    let Some(script) = Script::find(tool, file)? else { return Ok(()) };
    let option = compression.map(|option| ["--option", option]);
    let mut echo = Example::start("echo", option.as_ref().map_or(&[], <[&str; 2]>::as_slice)).await?;
    let seen: Seen = script.run(&[&echo.ws("/"), &CLOSE_CODE.to_string(), CLOSE_REASON]).await?;
    let expected = Seen { compressed: compression.is_some(), ..Seen::expected() };
    assert_eq!(seen, expected, "{compression:?}");
    assert_server_saw_the_close(&mut echo).await
}

async fn assert_server_saw_the_close(echo: &mut Example) -> Result {
    let line = echo.line("the close of the connection", |line| line.starts_with("close ")).await?;
    assert_eq!(line, format!("close code={CLOSE_CODE} reason={CLOSE_REASON} clean=true cause=Client"));
    Ok(())
}

async fn converse(mut client: Client) -> Result<Seen> {
    client.send("aé€𝄞").await?;
    let text = client.text().await?;
    client.send((0..=u8::MAX).collect::<Bytes>()).await?;
    let binary = client.binary().await?.to_vec();

    let letters: String = "abcdefghijklm".chars().cycle().take(LARGE).collect();
    client.send(letters.as_str()).await?;
    let answer = client.text().await?;
    let large_text = if answer == letters { answer.len() } else { 0 };
    let bytes: Bytes = (0..251).cycle().take(LARGE).collect();
    client.send(bytes.clone()).await?;
    let answer = client.binary().await?;
    let large_binary = if answer == bytes { answer.len() } else { 0 };

    let (text_frame, more) = (OpCode::Data(Data::Text), OpCode::Data(Data::Continue));
    for (part, opcode, last) in [("one ", text_frame, false), ("two ", more, false), ("three", more, true)] {
        client.send(Message::Frame(Frame::message(part, opcode, last))).await?;
    }
    let fragments = client.text().await?;

    client.send(Message::Ping("are you there".into())).await?;
    let pong = match client.next().await? {
        Message::Pong(payload) => String::from_utf8(payload.to_vec())?,
        other => return Err(Failure::unexpected(&other)),
    };

    client
        .send(Message::Close(Some(CloseFrame { code: CLOSE_CODE.into(), reason: CLOSE_REASON.into() })))
        .await?;
    let close = client.close().await?;
    Ok(Seen { text, binary, large_text, large_binary, fragments, pong, close, compressed: false })
}
