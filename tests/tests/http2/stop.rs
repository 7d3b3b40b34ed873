//! A stop while streams are open.

use wsrack_tests::{Failure, Http2Client, Result, raw::frame};

use super::served;

#[tokio::test]
async fn websockets_close_with_1001_and_the_connection_with_goaway() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut raw = client.open("/ws", &[]).await?;
        raw.frame().await?;
        open.push(raw);
    }
    let stopped = tokio::spawn(server.stop());
    for raw in &mut open {
        let (kind, close) = raw.frame().await?;
        assert_eq!((kind, &close[..2]), (0x88, &b"\x03\xe9"[..]));
        raw.send(frame(0x88, b"\x03\xe9")).await?;
        assert_eq!(raw.rest().await?, b"");
    }
    // No more requests are taken; what is there ends well.
    let refused = client.open("/ws", &[]).await;
    assert!(refused.is_err());
    drop(open);
    client.ended().await?.map_err(|error| Failure::new(error.to_string()))?;
    stopped.await?
}
