//! What clients cost a server, seen from outside of its process.

use std::{path::Path, time::Duration};

use tokio::{io::AsyncWriteExt as _, net::TcpStream, process::Command, time::timeout};
use wsrack_tests::{Client, Example, Failure, Raw, Result, get, raw::frame, resident};

const MIB: u64 = 1 << 20;

/// What the client tries to send while the handler waits.
const FLOOD: u64 = 100 * MIB;

/// A socket that has taken nothing for so long takes no more.
const STALL: Duration = Duration::from_millis(500);

pub(crate) async fn server() -> Result<Example> {
    Example::run("pressed", Path::new(env!("CARGO_BIN_EXE_pressed")), &[]).await
}

async fn ask(server: &Example, path: &str) -> Result<String> {
    let (status, body) = get(&server.http(path)).await?;
    if status == 200 { Ok(body) } else { Err(Failure::new(format!("{path}: {status}"))) }
}

#[tokio::test]
async fn a_waiting_handler_holds_back_small_messages() -> Result {
    assert_held_back(100).await
}

#[tokio::test]
async fn a_waiting_handler_holds_back_messages_as_large_as_a_read() -> Result {
    assert_held_back(64 << 10).await
}

#[tokio::test]
async fn a_waiting_handler_holds_back_messages_as_large_as_may_be() -> Result {
    assert_held_back(1 << 20).await
}

async fn assert_held_back(size: usize) -> Result {
    let server = server().await?;
    let message = frame(0x82, &vec![b'x'; size]);
    // What a connection and such a message cost once is no growth.
    let mut first = Raw::open(server.authority(), "/echo").await?;
    first.send(&message).await?;
    assert_eq!(first.frame().await?.1.len(), size);
    let before = resident(server.process())?;

    let mut stream = Raw::open(server.authority(), "/wait").await?.into_inner();
    let sent = send_until_stalled(&mut stream, &message).await?;
    assert!(sent < FLOOD, "all of it was taken");
    if let (Some(before), Some(after)) = (before, resident(server.process())?) {
        let grown = after.saturating_sub(before);
        assert!(grown < 4 * MIB, "{grown} bytes more for {sent} bytes sent");
    }

    // And then all goes on: whatever was sent arrives.
    ask(&server, "/go").await?;
    let frames = sent.div_ceil(message.len() as u64);
    let cut = usize::try_from(sent % message.len() as u64)?;
    let rest = if cut == 0 { &[][..] } else { &message[cut..] };
    let mut raw = Raw::over(stream);
    raw.send(rest).await?;
    raw.send(frame(0x88, b"")).await?;
    assert_eq!(raw.rest().await?, [0x88, 0]);
    assert_eq!(ask(&server, "/received").await?, (frames * size as u64).to_string());
    Ok(())
}

/// One byte of a message, or a small message, behind so many pongs that each is read into a buffer of its own.
fn among_pongs(frame_of: &[u8]) -> Vec<u8> {
    [&frame(0x8a, &[b'p'; 125]).repeat(470), frame_of].concat()
}

#[tokio::test]
async fn pieces_that_wait_for_their_reader_hold_no_more_than_themselves() -> Result {
    let server = server().await?;
    let before = resident(server.process())?;
    let mut stream = Raw::open(server.authority(), "/stream").await?.into_inner();
    stream.write_all(&frame(0x02, b"x")).await?;
    let piece = among_pongs(&frame(0x00, b"x"));
    let sent = send_until_stalled(&mut stream, &piece).await?;
    assert!(sent < FLOOD, "all of it was taken");
    if let (Some(before), Some(after)) = (before, resident(server.process())?) {
        let grown = after.saturating_sub(before);
        assert!(grown < 4 * MIB, "{grown} bytes more for {sent} bytes sent");
    }

    ask(&server, "/go").await?;
    let cut = usize::try_from(sent % piece.len() as u64)?;
    let mut raw = Raw::over(stream);
    raw.send(if cut == 0 { &[][..] } else { &piece[cut..] }).await?;
    raw.send([frame(0x80, b"x"), frame(0x88, b"")].concat()).await?;
    assert_eq!(raw.rest().await?, [0x88, 0]);
    let pieces = sent.div_ceil(piece.len() as u64);
    assert_eq!(ask(&server, "/received").await?, (pieces + 2).to_string());
    Ok(())
}

#[tokio::test]
async fn replies_that_wait_for_their_client_hold_no_more_than_themselves() -> Result {
    let server = server().await?;
    // More than is copied anyway.
    let message = among_pongs(&frame(0x82, &[b'x'; 4200]));
    let mut first = Raw::open(server.authority(), "/echo").await?;
    first.send(&message).await?;
    assert_eq!(first.frame().await?.1.len(), 4200);
    let before = resident(server.process())?;
    let mut stream = Raw::open(server.authority(), "/echo").await?.into_inner();
    let sent = send_until_stalled(&mut stream, &message).await?;
    if let (Some(before), Some(after)) = (before, resident(server.process())?) {
        let grown = after.saturating_sub(before);
        assert!(grown < 4 * MIB, "{grown} bytes more for {sent} bytes sent");
    }
    Ok(())
}

/// How many bytes the socket takes until it takes no more, or has had all.
async fn send_until_stalled(stream: &mut TcpStream, message: &[u8]) -> Result<u64> {
    // Many at once, or it takes long.
    let block = message.repeat((64 << 10) / message.len() + 1);
    let mut sent = 0;
    while sent < FLOOD {
        let at = usize::try_from(sent % block.len() as u64)?;
        match timeout(STALL, stream.write(&block[at..])).await {
            Ok(written) => sent += written? as u64,
            Err(_) => break,
        }
    }
    Ok(sent)
}

/// Connections of one round, which is enough to see what one leaves behind.
const ROUND: usize = 500;

#[tokio::test]
async fn connections_that_are_gone_have_left_nothing() -> Result {
    let server = server().await?;
    let mut after_round = Vec::new();
    for _ in 0..4 {
        one_round(&server).await?;
        after_round.push(resident(server.process())?);
    }
    // The first fills what is kept for later ones.
    if let (Some(early), Some(late)) = (after_round[0], after_round[3]) {
        assert!(late < early + MIB, "{after_round:?}");
    }
    Ok(())
}

/// Some leave as they should, some just go.
async fn one_round(server: &Example) -> Result {
    let mut clients = Vec::with_capacity(ROUND);
    for _ in 0..ROUND {
        let mut client = Client::connect(server.ws("/echo")).await?;
        client.send(vec![b'x'; 5000]).await?;
        assert_eq!(client.binary().await?.len(), 5000);
        clients.push(client);
    }
    assert_eq!(ask(server, "/open").await?, "500 open, 500 subscribed");
    for (index, client) in clients.into_iter().enumerate() {
        if index % 2 == 0 {
            client.leave().await?;
        }
    }
    let gone = async {
        while ask(server, "/open").await? != "0 open, 0 subscribed" {}
        Ok(())
    };
    timeout(Duration::from_mins(1), gone).await?
}

/// Where `prlimit` is there.
#[tokio::test]
async fn a_server_without_a_descriptor_left_goes_on_when_there_is_one() -> Result {
    let server = server().await?;
    let process = server.process().to_string();
    let limit = Command::new("prlimit").args(["--pid", &process, "--nofile=40:40"]).status().await;
    if !limit.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let mut open = Client::connect(server.ws("/echo")).await?;
    let mut waiting = Vec::new();
    for _ in 0..60 {
        waiting.push(Raw::connect(server.authority()).await?);
    }
    open.send(b"here".to_vec()).await?;
    assert_eq!(&open.binary().await?[..], b"here", "who is in is served");
    drop(waiting);
    let mut late = Client::connect(server.ws("/echo")).await?;
    late.send(b"here".to_vec()).await?;
    assert_eq!(&late.binary().await?[..], b"here");
    Ok(())
}
