//! What compression costs a server, seen from outside of its process.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use wsrack_tests::{Example, Raw, Result, peak, raw::frame, resident};

use crate::memory::server;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// What a connection costs is the mean of so many.
const CONNECTIONS: usize = 1000;

/// What is the process's, not a connection's, is there after so many.
const FIRST: usize = 50;

/// The most that a connection costs more where compressors are shared.
const SHARED_MAX: u64 = 2 * KIB;

/// What a connection costs more that has compressed and inflated with its own: about what stands at
/// `Compression::dedicated`.
const DEDICATED: std::ops::RangeInclusive<u64> = 320_000..=370_000;

/// A sender takes it off the end.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// What connections hold, in bytes for each, when they have been opened, and when each has had two messages.
#[derive(Debug)]
struct Cost {
    fresh: u64,
    used: u64,
}

#[tokio::test]
async fn a_connection_costs_no_more_where_compressors_are_shared() -> Result {
    let (Some(plain), Some(shared)) = (cost("/plain").await?, cost("/shared").await?) else { return Ok(()) };
    assert!(shared.fresh <= plain.fresh + SHARED_MAX, "{shared:?}, and without compression {plain:?}");
    assert!(shared.used <= plain.used + SHARED_MAX, "{shared:?}, and without compression {plain:?}");
    Ok(())
}

#[tokio::test]
async fn a_connection_with_its_own_compressor_costs_what_is_documented() -> Result {
    let (Some(plain), Some(dedicated)) = (cost("/plain").await?, cost("/dedicated").await?) else {
        return Ok(());
    };
    assert!(
        dedicated.fresh <= plain.fresh + SHARED_MAX,
        "before it has compressed: {dedicated:?}, {plain:?}"
    );
    let more = dedicated.used.saturating_sub(plain.used);
    assert!(DEDICATED.contains(&more), "{more} bytes more: {dedicated:?}, {plain:?}");
    Ok(())
}

/// `None` where the system does not tell.
async fn cost(path: &str) -> Result<Option<Cost>> {
    let server = server().await?;
    let message = message();
    let mut clients = Vec::with_capacity(FIRST + CONNECTIONS);
    for _ in 0..FIRST {
        let mut client = connect(&server, path).await?;
        talk(&mut client, path, &message).await?;
        clients.push(client);
    }
    let Some(before) = resident(server.process())? else { return Ok(None) };
    let mut each = async |talks: bool| -> Result<u64> {
        for at in FIRST..FIRST + CONNECTIONS {
            if talks {
                talk(&mut clients[at], path, &message).await?;
            } else {
                clients.push(connect(&server, path).await?);
            }
        }
        let grown = resident(server.process())?.unwrap_or_default().saturating_sub(before);
        Ok(grown / CONNECTIONS as u64)
    };
    Ok(Some(Cost { fresh: each(false).await?, used: each(true).await? }))
}

#[tokio::test]
async fn a_megabyte_that_inflates_to_a_gigabyte_costs_a_server_nothing() -> Result {
    for path in ["/shared", "/dedicated"] {
        let server = server().await?;
        let mut first = connect(&server, path).await?;
        // What a connection and a message of the largest size cost is no growth.
        let largest = deflated(&vec![0; 1 << 20])?;
        first.send(frame(0xc2, &largest)).await?;
        assert_eq!(first.frame().await?.0, 0xc2);
        let before = peak(server.process())?;

        let mut client = connect(&server, path).await?;
        let bomb = bomb()?;
        let mut parts = bomb.chunks(64 << 10).enumerate();
        // The server may have seen enough before it has all.
        let _enough = async {
            for (at, part) in &mut parts {
                client.send(frame(if at == 0 { 0x42 } else { 0 }, part)).await?;
            }
            client.send(frame(0x80, b"")).await
        }
        .await;
        let (first_byte, body) = client.frame().await?;
        assert_eq!((first_byte, &body[..2]), (0x88, &1009_u16.to_be_bytes()[..]), "{path}");
        if let (Some(before), Some(after)) = (before, peak(server.process())?) {
            let grown = after - before;
            assert!(grown < 4 * MIB, "{path}: {grown} bytes more");
        }
    }
    Ok(())
}

/// A gigabyte of zeros, in about one megabyte.
fn bomb() -> Result<Vec<u8>> {
    let mut state = Compress::new(Compression::new(9), false);
    let mut one = Vec::with_capacity(4096);
    state.compress_vec(&vec![0; 1 << 20], &mut one, FlushCompress::Full)?;
    Ok(one.repeat(1 << 10))
}

async fn connect(server: &Example, path: &str) -> Result<Raw> {
    let mut raw = Raw::connect(server.authority()).await?;
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
    raw.send(wsrack_tests::raw::handshake(path).trim_end().to_owned() + "\r\n" + offer).await?;
    let answer = raw.answer().await?;
    let agreed = answer.header("sec-websocket-extensions").unwrap_or_default();
    assert_eq!(agreed.starts_with("permessage-deflate"), path != "/plain", "{answer:?}");
    Ok(raw)
}

/// Two messages there and back, compressed where that was agreed.
async fn talk(client: &mut Raw, path: &str, message: &[u8]) -> Result {
    let is_plain = path == "/plain";
    let sent = if is_plain { frame(0x82, message) } else { frame(0xc2, &deflated(message)?) };
    for round in 0..2 {
        client.send(&sent).await?;
        let (first, payload) = client.frame().await?;
        assert_eq!(first, if is_plain { 0x82 } else { 0xc2 });
        // The second may refer to the first.
        if round == 0 {
            assert_eq!(if is_plain { payload } else { inflated(&payload)? }, message);
        }
    }
    Ok(())
}

/// About 1 KiB, as JSON may be.
fn message() -> Vec<u8> {
    let items: Vec<_> =
        (0..30).map(|at| format!("{{\"id\":{},\"state\":\"open\"}}", at * 7919 % 1009)).collect();
    format!("[{}]", items.join(",")).into_bytes()
}

fn deflated(payload: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(payload.len() + 64);
    Compress::new(Compression::default(), false).compress_vec(payload, &mut out, FlushCompress::Sync)?;
    out.truncate(out.len() - TAIL.len());
    Ok(out)
}

fn inflated(deflated: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(64 << 10);
    let deflated = [deflated, &TAIL].concat();
    Decompress::new(false).decompress_vec(&deflated, &mut out, FlushDecompress::Sync)?;
    Ok(out)
}
