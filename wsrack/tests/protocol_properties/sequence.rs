//! What a client may send, and ways to spoil it.

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::Index};
use wsrack::{
    CloseCode,
    protocol::{CloseFrame, Event},
};

/// The largest payload that the codec lets wait in the read buffer: 64 KiB with its header.
const IN_PLACE_MAX: usize = 64 * 1024 - 16;

#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) first: u8,
    pub(crate) key: [u8; 4],
    pub(crate) payload: Vec<u8>,
}

/// Frames, the events they mean, and how many frames there are before the third message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequence {
    pub(crate) frames: Vec<Frame>,
    pub(crate) events: Vec<Event>,
    pub(crate) after_two: usize,
}

#[derive(Clone, Debug)]
enum Item {
    Message { text: bool, payload: Vec<u8>, cuts: Vec<Index>, between: Vec<Option<Control>> },
    Control(Control),
}

#[derive(Clone, Debug)]
struct Control {
    ping: bool,
    payload: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) enum Mutation {
    HeaderBit { at: Index, byte: usize, bit: u8 },
    PayloadByte { at: Index, offset: Index, flip: u8 },
    Drop(Index),
    Repeat(Index),
    Swap(Index),
    Insert(Index, Vec<u8>),
    Truncate(Index, usize),
    LongLength(Index),
}

impl Frame {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let len = self.payload.len();
        if let Ok(short @ 0..=125) = u8::try_from(len) {
            self.encode_with_length(&[0x80 | short])
        } else if let Ok(medium) = u16::try_from(len) {
            self.encode_with_length(&[&[0xfe], &medium.to_be_bytes()[..]].concat())
        } else {
            self.encode_with_long_length()
        }
    }

    fn encode_with_long_length(&self) -> Vec<u8> {
        self.encode_with_length(&[&[0xff], &(self.payload.len() as u64).to_be_bytes()[..]].concat())
    }

    fn encode_with_length(&self, length: &[u8]) -> Vec<u8> {
        let mut bytes = [&[self.first], length, &self.key].concat();
        bytes.extend(self.payload.iter().enumerate().map(|(i, byte)| byte ^ self.key[i % 4]));
        bytes
    }
}

impl Sequence {
    pub(crate) fn encode(&self) -> Vec<u8> {
        self.frames.iter().flat_map(Frame::encode).collect()
    }

    /// The bytes after `mutation`, which leaves the first `spared` frames alone.
    pub(crate) fn encode_mutated(&self, mutation: &Mutation, spared: usize) -> Vec<u8> {
        let mut encoded: Vec<Vec<u8>> = self.frames.iter().map(Frame::encode).collect();
        let spared = spared.min(encoded.len() - 1);
        let pick = |index: &Index| spared + index.index(self.frames.len() - spared);
        match mutation {
            Mutation::HeaderBit { at, byte, bit } => {
                let frame = &mut encoded[pick(at)];
                let byte = byte % frame.len();
                frame[byte] ^= 1 << bit;
            }
            Mutation::PayloadByte { at, offset, flip } => {
                let frame = &mut encoded[pick(at)];
                let offset = offset.index(frame.len());
                frame[offset] ^= flip;
            }
            Mutation::Drop(at) => drop(encoded.remove(pick(at))),
            Mutation::Repeat(at) => encoded.insert(pick(at), encoded[pick(at)].clone()),
            Mutation::Swap(at) => encoded[pick(at)..].rotate_left(1),
            Mutation::Insert(at, bytes) => encoded.insert(pick(at), bytes.clone()),
            Mutation::Truncate(at, keep) => {
                encoded.truncate(pick(at) + 1);
                encoded[pick(at)].truncate(*keep);
            }
            Mutation::LongLength(at) => {
                let i = pick(at);
                encoded[i] = self.frames[i].encode_with_long_length();
            }
        }
        encoded.concat()
    }

    fn push(&mut self, item: Item, key: [u8; 4]) {
        match item {
            Item::Control(control) => self.control(control, key),
            Item::Message { text, payload, cuts, between } => {
                self.message(text, &payload, &cuts, between, key);
                let messages = self.events.iter().filter(|event| is_message(event)).count();
                if messages <= 2 {
                    self.after_two = self.frames.len();
                }
            }
        }
    }

    fn message(
        &mut self,
        text: bool,
        payload: &[u8],
        cuts: &[Index],
        between: Vec<Option<Control>>,
        key: [u8; 4],
    ) {
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
        ends.sort_unstable();
        ends.push(payload.len());
        let last = ends.len() - 1;
        let mut between = between.into_iter();
        let mut start = 0;
        for (i, end) in ends.into_iter().enumerate() {
            let opcode = if i > 0 { 0 } else { 2 - u8::from(text) };
            let first = if i == last { 0x80 | opcode } else { opcode };
            let key = [key[i % 4], key[1], key[2], key[3]];
            self.frames.push(Frame { first, key, payload: payload[start..end].to_vec() });
            start = end;
            if i < last
                && let Some(Some(control)) = between.next()
            {
                self.control(control, key);
            }
        }
        self.events.push(match String::from_utf8(payload.to_vec()) {
            Ok(valid) if text => Event::Text(valid.into()),
            _ => Event::Binary(payload.to_vec().into()),
        });
    }

    fn control(&mut self, Control { ping, payload }: Control, key: [u8; 4]) {
        let bytes = Bytes::from(payload.clone());
        self.events.push(if ping { Event::Ping(bytes) } else { Event::Pong(bytes) });
        self.frames.push(Frame { first: if ping { 0x89 } else { 0x8a }, key, payload });
    }

    fn close(&mut self, code: u16, reason: &str) {
        let payload = [&code.to_be_bytes()[..], reason.as_bytes()].concat();
        self.frames.push(Frame { first: 0x88, key: [1, 2, 3, 4], payload });
        self.events.push(Event::Close(Some(CloseFrame { code: CloseCode(code), reason: reason.into() })));
    }
}

pub(crate) fn is_message(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Binary(_))
}

/// Whole messages with control frames between them and their fragments, then perhaps a close.
pub(crate) fn sequences() -> impl Strategy<Value = Sequence> {
    let items = vec((item(), any::<[u8; 4]>()), 3..8);
    let codes = prop_oneof![1000..=1003_u16, 1007..=1013_u16, 3000..=4999_u16];
    let close = proptest::option::weighted(0.3, (codes, "[a-zäж]{0,20}"));
    (items, close).prop_map(|(items, close)| {
        let mut sequence = Sequence::default();
        for (item, key) in items {
            sequence.push(item, key);
        }
        if let Some((code, reason)) = close {
            sequence.close(code, &reason);
        }
        sequence
    })
}

pub(crate) fn mutations() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0..14_usize, 0..8_u8).prop_map(|(at, byte, bit)| Mutation::HeaderBit { at, byte, bit }),
        3 => (at(), at(), 1..=255_u8).prop_map(|(at, offset, flip)| Mutation::PayloadByte { at, offset, flip }),
        1 => at().prop_map(Mutation::Drop),
        1 => at().prop_map(Mutation::Repeat),
        1 => at().prop_map(Mutation::Swap),
        1 => (at(), vec(any::<u8>(), 1..20)).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => (at(), 0..200_usize).prop_map(|(at, keep)| Mutation::Truncate(at, keep)),
        1 => at().prop_map(Mutation::LongLength),
    ]
}

fn item() -> impl Strategy<Value = Item> {
    let between = vec(proptest::option::of(control()), 4);
    let message = (payload(), vec(any::<Index>(), 0..5), between)
        .prop_map(|((text, payload), cuts, between)| Item::Message { text, payload, cuts, between });
    prop_oneof![5 => message, 1 => control().prop_map(Item::Control)]
}

fn control() -> impl Strategy<Value = Control> {
    let len = prop_oneof![0..10_usize, 120..=125_usize];
    (any::<bool>(), len.prop_flat_map(|len| vec(any::<u8>(), len)))
        .prop_map(|(ping, payload)| Control { ping, payload })
}

/// Whether it is text, and a payload with a length near one of the borders.
fn payload() -> impl Strategy<Value = (bool, Vec<u8>)> {
    let len = prop_oneof![
        40 => 0..40_usize,
        20 => 120..132_usize,
        10 => 250..1100_usize,
        1 => IN_PLACE_MAX - 3..IN_PLACE_MAX + 4,
        1 => 65533..65539_usize,
        1 => 100_000..150_000_usize,
    ];
    let pattern = prop_oneof!["[ -~]{1,9}", "[a-zäöü]{1,9}", "[жщ漢字🙂a]{1,9}"];
    (any::<bool>(), len, pattern).prop_map(|(text, len, pattern)| {
        let mut long = pattern.repeat(len / pattern.len() + 1);
        long.truncate(long.floor_char_boundary(len));
        let mut bytes = long.into_bytes();
        if !text {
            bytes.resize(len, 0xff);
        }
        (text, bytes)
    })
}
