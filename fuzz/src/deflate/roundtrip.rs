//! What the server's side has compressed, given back as if a client had sent it.

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use wsrack::__fuzz::{Codec, Compressor, Event, Kind, Packing, Unpacking, Wire};
use wsrack::{Draft, Limits};

use crate::client::{BINARY, COMPRESSED, CONTINUATION, Client};

#[derive(Debug, Arbitrary)]
struct Plan {
    takeover: bool,
    window_bits: u8,
    level: u8,
    messages: Vec<Message>,
}

#[derive(Debug, Arbitrary)]
struct Message {
    bytes: Vec<u8>,
    /// So often.
    repeated: u8,
    /// In parts of this size, of which each can be inflated by itself; whole where it is 0.
    part: u8,
}

pub(super) fn run(input: Unstructured<'_>) -> arbitrary::Result<()> {
    let plan = Plan::arbitrary_take_rest(input)?;
    let bits = 9 + plan.window_bits % 7;
    let packing = Packing::new(1 + plan.level % 9, bits, plan.takeover);
    let mut compressor = Compressor::new(packing);
    let mut codec = Codec::rfc6455_deflate(Unpacking::new(bits, plan.takeover));
    let mut input = BytesMut::new();
    let limits = Limits { max_fragments: u32::MAX, ..Limits::default() };
    for message in plan.messages.iter().take(16) {
        let payload = message.bytes.repeat(usize::from(message.repeated));
        // Parts take the context over, so they are for those that do.
        if message.part == 0 || !plan.takeover {
            input.extend_from_slice(&whole(packing, &mut compressor, &payload));
        } else {
            input.extend_from_slice(&in_parts(&mut compressor, &payload, usize::from(message.part)));
        }
        let event = codec.decode(&mut input, &limits);
        assert_eq!(event, Ok(Some(Event::Binary(payload.into()))), "{packing:?}");
        assert!(input.is_empty());
    }
    Ok(())
}

/// What the server sends, as a client's frame.
fn whole(packing: Packing, compressor: &mut Compressor, payload: &[u8]) -> Vec<u8> {
    let wire = Wire::RFC6455.with_packing(packing);
    let mut sent = BytesMut::new();
    if packing.takeover() {
        wire.message_by(compressor, Kind::Binary, payload, &mut sent).expect("it compresses");
    } else {
        wire.message(Kind::Binary, payload, &mut sent);
    }
    let client = Client::new(Draft::Rfc6455, "");
    let said = client.read(&mut sent).expect("one frame");
    assert!(sent.is_empty() && said.is_last && said.opcode == BINARY);
    client.frame(true, if said.is_compressed { BINARY | COMPRESSED } else { BINARY }, &said.payload)
}

fn in_parts(compressor: &mut Compressor, payload: &[u8], size: usize) -> Vec<u8> {
    let client = Client::new(Draft::Rfc6455, "");
    let mut frames = Vec::new();
    let parts: Vec<_> = payload.chunks(size).collect();
    for (at, part) in parts.iter().enumerate() {
        let mut packed = Vec::new();
        compressor.part(part, false, &mut packed).expect("it compresses");
        frames.extend(client.frame(false, if at == 0 { BINARY | COMPRESSED } else { CONTINUATION }, &packed));
    }
    let mut packed = Vec::new();
    compressor.part(&[], true, &mut packed).expect("it compresses");
    let first = if parts.is_empty() { BINARY | COMPRESSED } else { CONTINUATION };
    frames.extend(client.frame(true, first, &packed));
    frames
}
