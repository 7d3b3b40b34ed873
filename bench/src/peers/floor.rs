//! The limit for anything on tokio and epoll: frames are unmasked and sent back from one buffer a thread, with one
//! write for each read. No check of text, no fragments, no handlers; a handshake that any request gets.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::{Result, wire};

const BUFFER: usize = 128 << 10;

thread_local! {
    static BUFFERS: RefCell<(Vec<u8>, Vec<u8>)> = RefCell::new((vec![0; BUFFER], Vec::with_capacity(BUFFER)));
}

pub(super) async fn serve(mut stream: TcpStream) -> Result {
    shake_hands(&mut stream).await?;
    let mut rest = Vec::new();
    loop {
        let Turn { unsent, is_closed } = poll_fn(|task| turn(&mut stream, &mut rest, task)).await?;
        if !unsent.is_empty() {
            stream.write_all(&unsent).await?;
        }
        if is_closed {
            return Ok(());
        }
    }
}

async fn shake_hands(stream: &mut TcpStream) -> Result {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Err("the client went away".into());
        }
    }
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {}\r\n\r\n",
        wire::ACCEPT
    );
    Ok(stream.write_all(answer.as_bytes()).await?)
}

struct Turn {
    /// What the socket did not take at once.
    unsent: Vec<u8>,
    is_closed: bool,
}

/// One read, one write. Polled, for a read that is polled remembers that a short one has taken all there was.
fn turn(stream: &mut TcpStream, rest: &mut Vec<u8>, task: &mut Context<'_>) -> Poll<io::Result<Turn>> {
    BUFFERS.with_borrow_mut(|(input, output)| {
        input[..rest.len()].copy_from_slice(rest);
        let mut room = ReadBuf::new(&mut input[rest.len()..]);
        ready!(Pin::new(&mut *stream).poll_read(task, &mut room))?;
        let read = room.filled().len();
        if read == 0 {
            return Poll::Ready(Ok(Turn { unsent: Vec::new(), is_closed: true }));
        }
        let len = rest.len() + read;
        output.clear();
        let (used, is_closed) = echo_frames(&mut input[..len], output);
        rest.clear();
        rest.extend_from_slice(&input[used..len]);
        let written =
            if output.is_empty() { 0 } else { stream.try_write(output).or_else(none_if_blocked)? };
        Poll::Ready(Ok(Turn { unsent: output[written..].to_vec(), is_closed }))
    })
}

/// Echoes the whole frames of `input`: how many bytes they are, and whether one was a close frame.
fn echo_frames(mut input: &mut [u8], output: &mut Vec<u8>) -> (usize, bool) {
    let mut used = 0;
    while let Some((size, len)) = header(input) {
        let Some((frame, rest)) = input.split_at_mut_checked(size + 4 + len) else { break };
        let (head, payload) = frame.split_at_mut(size + 4);
        let key = [head[size], head[size + 1], head[size + 2], head[size + 3]];
        unmask(payload, key);
        output.extend_from_slice(&head[..size]);
        let second = output.len() - size + 1;
        output[second] &= 0x7f;
        output.extend_from_slice(payload);
        used += size + 4 + len;
        if head[0] & 0x0f == wire::CLOSE {
            return (used, true);
        }
        input = rest;
    }
    (used, false)
}

/// The bytes before the key, and the payload's length.
fn header(input: &[u8]) -> Option<(usize, usize)> {
    match input.get(1)? & 0x7f {
        126 => Some((4, usize::from(u16::from_be_bytes(*input.get(2..)?.first_chunk()?)))),
        127 => Some((10, usize::try_from(u64::from_be_bytes(*input.get(2..)?.first_chunk()?)).ok()?)),
        short => Some((2, usize::from(short))),
    }
}

fn unmask(payload: &mut [u8], key: [u8; 4]) {
    let wide = u64::from_ne_bytes([key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]]);
    let (words, tail) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

fn none_if_blocked(error: io::Error) -> io::Result<usize> {
    if error.kind() == io::ErrorKind::WouldBlock { Ok(0) } else { Err(error) }
}
