use std::io::IoSlice;
use std::sync::Arc;
use std::task::Waker;

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress};

use super::*;
use crate::hub::Hub;
use crate::limits::Streams;
use crate::message::Message;
use crate::options::Settings;
use crate::protocol::{Fragment, Kind, Packing};

/// The outbox of a connection that is not there.
pub(super) fn outbox(send_queue: usize) -> Arc<Outbox> {
    let settings = Settings { send_queue, slow_client: SlowClient::Close, ..Settings::default() };
    let policy = Policy::new(&settings, Streams::NONE, Hub::default().topics(), None);
    Outbox::new(1, Draft::Rfc6455, Wire::RFC6455, Arc::new(policy))
}

/// All bytes that are on their way out.
fn taken(outbox: &Outbox) -> Vec<u8> {
    let queue = outbox.take(0).unwrap();
    let mut slices = [IoSlice::new(&[]); SLICES];
    let filled = queue.slices(&mut slices);
    slices[..filled].iter().flat_map(|slice| slice.to_vec()).collect()
}

/// The payloads of unmasked frames; those of a message in parts as one.
fn frames(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    while let [first, second, rest @ ..] = bytes {
        let (len, rest) = match *second {
            126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
            short => (short.into(), rest),
        };
        let (payload, rest) = rest.split_at(len);
        match messages.last_mut() {
            Some(begun) if matches!(first, 0x00 | 0x80) => begun.extend(payload),
            _ => messages.push(payload.to_vec()),
        }
        bytes = rest;
    }
    messages
}

#[test]
fn what_comes_while_the_connection_falls_asleep_keeps_it_awake() {
    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    // The reader of a message that is handed on has made room, after the connection looked for it.
    socket.nudge();
    assert!(!outbox.park(Waker::noop(), 0));
    assert!(outbox.take_signals().contains(Signals::LOOK));
    assert!(outbox.park(Waker::noop(), 0));
}

#[test]
fn a_connection_that_is_gone_drops_what_waits_for_it_outside_of_its_lock() {
    struct Asks(Socket);

    impl Drop for Asks {
        fn drop(&mut self) {
            assert!(self.0.is_closed());
        }
    }

    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    socket.notify(Asks(socket.clone())).unwrap();
    socket.send_data(Message::from("hello")).unwrap();
    socket.subscribe("news").unwrap();
    assert_eq!(outbox.leave(), [Arc::from("news")]);
    assert_eq!(socket.queued(), 0);
    assert!(outbox.take(0).is_none());
}

#[test]
fn what_waits_for_the_last_fragment_goes_before_a_close_that_comes_right_after_it() {
    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    let mut writer = socket.fragments();
    writer.push(&Message::from("part")).unwrap();
    socket.send_data(Message::from("behind it")).unwrap();
    writer.write(&outbox, Fragment::Last, b"").unwrap();
    // Somebody closes before the writer is gone.
    outbox.shut(false);
    drop(writer);
    assert_eq!(taken(&outbox), b"\x01\x04part\x80\x00\x81\x09behind it");
}

#[test]
fn what_waits_for_a_first_fragment_goes_before_a_close_that_comes_before_it() {
    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    let mut writer = socket.fragments();
    writer.begin(&outbox, Kind::Text);
    socket.send_data(Message::from("accepted")).unwrap();
    socket.close_websocket();
    assert!(writer.write(&outbox, Fragment::First(Kind::Text), b"part").is_err());
    drop(writer);
    assert_eq!(taken(&outbox), b"\x81\x08accepted");
}

/// In the first drafts a part has no header of its own.
#[test]
fn an_empty_part_is_nothing_to_stay_awake_for() {
    let policy = Policy::new(&Settings::default(), Streams::NONE, Hub::default().topics(), None);
    let outbox = Outbox::new(1, Draft::Hixie76, Wire::of(Draft::Hixie76), Arc::new(policy));
    let mut writer = Socket::new(&outbox).fragments();
    writer.push(&Message::from("part")).unwrap();
    assert_eq!(taken(&outbox), b"\0part");
    writer.push(&Message::from("")).unwrap();
    assert!(outbox.park(Waker::noop(), 0));
}

/// A message that comes between the last fragment and the moment that its writer is gone refers to those before it, as
/// the peer does.
#[test]
fn there_is_one_compressor_whoever_sends() {
    let policy = Policy::new(&Settings::default(), Streams::NONE, Hub::default().topics(), None);
    let wire = Wire::RFC6455.with_packing(Packing::new(6, 15, true));
    let outbox = Outbox::new(1, Draft::Rfc6455, wire, Arc::new(policy));
    let socket = Socket::new(&outbox);
    let text = |step: u32| {
        let words: Vec<_> = (0..400).map(|number| (number * 7919 * step % 10007).to_string()).collect();
        words.join(" ")
    };
    let texts = [text(1), text(2), text(3) + &text(1)];
    let mut writer = socket.fragments();
    writer.push(&Message::from(&*texts[0])).unwrap();
    writer.write(&outbox, Fragment::Last, b"").unwrap();
    socket.send_data(Message::from(&*texts[1])).unwrap();
    drop(writer);
    socket.send_data(Message::from(&*texts[2])).unwrap();

    let mut inflater = Decompress::new(false);
    let mut inflated = String::new();
    for frame in frames(&taken(&outbox)) {
        let (input, output) = ([&frame[..], b"\0\0\xff\xff"].concat(), &mut Vec::with_capacity(1 << 16));
        inflater.decompress_vec(&input, output, FlushDecompress::Sync).unwrap();
        inflated += str::from_utf8(output).unwrap();
    }
    assert_eq!(inflated, texts.concat());
}

#[test]
fn what_is_handed_on_to_one_who_lags_holds_no_more_than_itself() {
    let outbox = outbox(1 << 20);
    let socket = Socket::new(&outbox);
    let held: Vec<Bytes> = std::iter::repeat_with(|| {
        // A message as it is cut from a read buffer.
        let buffer = Bytes::from(vec![7; 65 << 10]);
        socket.send_data(Message::Binary(buffer.slice(..4200))).unwrap();
        buffer
    })
    .take(200)
    .collect();
    assert!(held.iter().filter(|buffer| !buffer.is_unique()).count() < 20);
}

/// With the counts of its `Arc` it takes a block of 112 bytes, as one of 80 would.
#[test]
fn what_a_connection_without_compression_holds_is_small() {
    assert!(size_of::<Outbox>() <= 88, "{}", size_of::<Outbox>());
}
