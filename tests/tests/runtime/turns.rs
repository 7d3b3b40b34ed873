//! Many want a turn at once.

use wsrack::prelude::*;

/// Notifies itself for ever.
#[derive(Clone)]
struct Restless;

struct Again;

#[websocket_app]
impl Restless {
    #[on_open]
    fn open(&self, ws: &Socket) -> wsrack::Result {
        Ok(ws.notify(Again)?)
    }

    #[on_notify]
    fn again(&self, ws: &Socket, again: Again) -> wsrack::Result {
        Ok(ws.notify(again)?)
    }

    #[on_message]
    fn echo<'m>(&self, text: &'m str) -> &'m str {
        text
    }
}

#[tokio::test]
async fn notices_hold_up_neither_messages_nor_the_close() -> wsrack::Result {
    let server = wsrack::routes! { "/" => Restless }.test().await?;
    let mut client = server.connect("/").await?;
    client.send("hello").await?;
    assert_eq!(client.next_text().await?, "hello");
    let (stopped, closed) = tokio::join!(server.shutdown(), client.closed());
    assert_eq!(closed?.0, CloseCode::GOING_AWAY);
    stopped
}

/// Is notified of each message while more pour in.
#[derive(Clone)]
struct Busy;

#[websocket_app]
impl Busy {
    #[on_message]
    async fn work(&self, ws: &Socket, _text: &str) -> wsrack::Result<&'static str> {
        ws.notify(Again)?;
        tokio::task::yield_now().await;
        Ok("worked")
    }

    #[on_notify]
    fn again(&self, _again: Again) -> &'static str {
        "noted."
    }
}

#[tokio::test(start_paused = true)]
async fn messages_do_not_hold_up_notices() -> wsrack::Result {
    let server = wsrack::routes! { "/" => Busy }.test().await?;
    let mut client = server.connect("/").raw().await?;
    client.write(super::frame(1, b"x").repeat(500)).await?;
    let came = client.read(6 * 8).await?;
    assert!(came.windows(6).any(|part| part == b"noted."), "{}", came.escape_ascii());
    Ok(())
}
