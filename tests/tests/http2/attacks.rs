//! What HTTP/2 is attacked with: more than a client needs of what costs it nothing.

use std::time::Duration;

use tokio::time::timeout;
use wsrack_tests::{Http2Client, Raw, Result, Served, raw::frame};

use super::served;

pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A server that takes nothing for so long takes no more.
const STALL: Duration = Duration::from_secs(1);

/// More than the kernel's buffers hold, both ways.
const SENT_MAX: usize = 64 << 20;

/// The reason that a server gives.
const ENHANCE_YOUR_CALM: u32 = 11;

/// `GET / HTTP/2` of the host `a`, in HPACK.
pub(super) const GET: &[u8] = b"\x82\x86\x84\x41\x01a";

/// A frame of HTTP/2 (RFC 9113, 4.1).
pub(super) fn http2_frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The reason of the GOAWAY that ends the connection.
async fn goaway(raw: &mut Raw) -> Result<u32> {
    loop {
        let head = raw.take(9).await?;
        let length = head[..3].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let payload = raw.take(length).await?;
        if head[3] == GOAWAY {
            return Ok(payload[4..8].iter().fold(0, |code, byte| code << 8 | u32::from(*byte)));
        }
    }
}

/// Somebody who was there before is served as before.
async fn attacked(attack: &[u8], server: &Served) -> Result<Raw> {
    let mut good = Http2Client::connect(server.addr()).await?;
    let mut open = good.open("/ws", &[]).await?;
    open.frame().await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(PREFACE).await?;
    // It may be cut off before it has sent all.
    let _cut = raw.send(attack).await;
    for _ in 0..10 {
        open.send(frame(0x81, b"here")).await?;
        assert_eq!(open.frame().await?, (0x81, b"here".to_vec()));
    }
    Ok(raw)
}

#[tokio::test]
async fn streams_that_are_opened_and_reset_end_the_connection() -> Result {
    let server = served().await?;
    let reset = |at: u32| {
        let stream = 2 * at + 1;
        let open = http2_frame(HEADERS, END_STREAM | END_HEADERS, stream, GET);
        [open, http2_frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())].concat()
    };
    let attack: Vec<u8> = (0..2_000).flat_map(reset).collect();
    let mut raw = attacked(&attack, &server).await?;
    assert_eq!(goaway(&mut raw).await?, ENHANCE_YOUR_CALM);
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn mistakes_that_have_us_reset_streams_end_the_connection() -> Result {
    let server = served().await?;
    // A window that is made larger by nothing: an error of the stream, which is ours to reset (CVE-2025-8671).
    let mistake = |at: u32| {
        let stream = 2 * at + 1;
        let open = http2_frame(HEADERS, END_STREAM | END_HEADERS, stream, GET);
        [open, http2_frame(8, 0, stream, &[0; 4])].concat()
    };
    let attack: Vec<u8> = (0..2_000).flat_map(mistake).collect();
    let mut raw = attacked(&attack, &server).await?;
    assert_ne!(goaway(&mut raw).await?, 0);
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn a_head_without_an_end_ends_the_connection() -> Result {
    let server = served().await?;
    // Empty fields cost no bytes of the limit, and yet they do not go on for ever.
    for piece in [&b""[..], &[0; 1 << 14]] {
        let mut attack = http2_frame(HEADERS, END_STREAM, 1, GET);
        for _ in 0..500 {
            attack.extend(http2_frame(CONTINUATION, 0, 1, piece));
        }
        let raw = attacked(&attack, &server).await?;
        // With a GOAWAY, or a reset where there is still something to be read.
        let mut raw = raw;
        assert!(goaway(&mut raw).await.map_or(true, |reason| reason != 0));
    }
    server.stop().await
}

#[tokio::test]
async fn a_head_that_is_too_long_is_answered_with_431() -> Result {
    let server = served().await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    for (length, status) in [(40 << 10, 200), (65 << 10, 431)] {
        let cookie = "a".repeat(length);
        let request = http::Request::get("http://example.org/page").header("cookie", cookie).body(())?;
        assert_eq!(client.ask(request).await?.status(), status);
    }
    server.stop().await
}

#[tokio::test]
async fn pings_whose_answers_nobody_reads_are_not_gathered() -> Result {
    answers_are_not_gathered(&http2_frame(PING, 0, 0, &[7; 8])).await
}

#[tokio::test]
async fn settings_whose_answers_nobody_reads_are_not_gathered() -> Result {
    answers_are_not_gathered(&http2_frame(SETTINGS, 0, 0, &[])).await
}

/// Sends a frame that has to be answered, over and over, and reads no answer.
async fn answers_are_not_gathered(frame: &[u8]) -> Result {
    let server = served().await?;
    let attack = frame.repeat(10_000);
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(PREFACE).await?;
    // The kernel's buffers are full of answers, and then of what is asked: the server takes no more of it.
    let mut sent = 0;
    while matches!(timeout(STALL, raw.send(&attack)).await, Ok(Ok(()))) {
        sent += attack.len();
        assert!(sent < SENT_MAX, "the server takes all there is");
    }
    let raw = raw.into_inner();
    let mut good = Http2Client::connect(server.addr()).await?;
    good.open("/ws", &[]).await?.frame().await?;
    drop((good, raw));
    server.stop().await
}
