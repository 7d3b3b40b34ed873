//! Each broken rule closes with its code, after the messages that came before it.

use wsrack::prelude::*;

use crate::frames::{client, server as wire};
use crate::probe::probe;

#[tokio::test(start_paused = true)]
async fn each_closes_with_its_code() -> wsrack::Result {
    let unmasked = b"\x81\x01x".to_vec();
    let wrong = [
        (1002, unmasked),
        (1002, client::frame(0xc1, b"reserved bit")),
        (1002, client::frame(0x8b, b"reserved opcode")),
        (1002, client::frame(0x09, b"fragmented ping")),
        (1002, client::last_fragment("of nothing")),
        (1002, [client::first_fragment("a"), client::text("b")].concat()),
        (1002, client::frame(0x88, b"\x03")),
        (1002, client::frame(0x88, &1005_u16.to_be_bytes())),
        (1007, client::frame(0x81, b"\xff")),
        (1007, client::frame(0x88, b"\x03\xe8\xff")),
        (1009, client::binary(&vec![0; (1 << 20) + 1])[..14].to_vec()),
    ];
    for (code, bytes) in wrong {
        let (server, mut journal) = probe(Options::new()).await?;
        let mut client = server.connect("/").raw().await?;
        client.write([client::text("before"), bytes.clone(), client::text("behind")].concat()).await?;
        client.expect(wire::text("before")).await;
        client.expect(wire::close(code, "")).await;
        client.expect_end().await;
        drop(client);
        assert_eq!([journal.next().await, journal.next().await], ["begin before", "end before"]);
        let close = journal.next().await;
        assert!(
            close.starts_with(&format!("close {code} ")) && close.ends_with("unclean Protocol"),
            "{close} after {}",
            bytes.escape_ascii()
        );
        assert!(journal.rest(server).await?.is_empty());
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_comes_while_a_handler_waits_lets_it_finish() -> wsrack::Result {
    let (server, journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    let bytes = [client::text("sleep 2"), client::text("x"), client::frame(0x83, b"")].concat();
    client.write(bytes).await?;
    client.expect(wire::text("sleep 2")).await;
    client.expect(wire::text("x")).await;
    client.expect(wire::close(1002, "")).await;
    drop(client);
    let text = "opcode 0x3 is reserved; known are 0x0 to 0x2 and 0x8 to 0xa";
    let close = format!("close 1002 {text:?} unclean Protocol");
    journal.is(server, &["begin sleep 2", "end sleep 2", "begin x", "end x", &close]).await
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_on_sending_is_cut_after_close_timeout() -> wsrack::Result {
    let (server, mut journal) = probe(Options::new()).await?;
    let mut client = server.connect("/").raw().await?;
    client.write(client::frame(0x83, b"")).await?;
    let began = tokio::time::Instant::now();
    while client.write([0; 512]).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(began.elapsed().as_secs(), 5);
    assert!(journal.next().await.ends_with("unclean Protocol"));
    assert!(journal.rest(server).await?.is_empty());
    Ok(())
}
