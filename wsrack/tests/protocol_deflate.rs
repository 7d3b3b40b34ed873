//! Compressed messages against `flate2` used by itself: what it deflates is inflated however it is cut, what is
//! compressed it inflates, and what is broken is broken alike in any pieces.

use bytes::BytesMut;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use wsrack::protocol::{Codec, Compressor, Event, Kind, Packing, ProtocolError, Unpacking, Wire};
use wsrack::{Limits, Streams};

const LIMITS: Limits = Limits {
    max_message_size: 100_000,
    max_frame_size: 100_000,
    max_fragments: 64,
    streams: Streams { text: false, binary: false, max_size: 100_000 },
};

const STREAMED: Limits =
    Limits { streams: Streams { text: true, binary: true, max_size: 100_000 }, ..LIMITS };

/// The end of a flushed stream, which is not sent.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

#[derive(Clone, Debug)]
struct Message {
    payload: Vec<u8>,
    is_text: bool,
    is_compressed: bool,
    /// Where the sender flushes, and with how much of a block it ends.
    flushes: Vec<(Index, bool)>,
    /// The last block says that it is the last of its stream.
    is_final: bool,
    /// Where it is cut into fragments, and whether a ping follows each.
    fragments: Vec<(Index, bool)>,
}

/// How a client compresses.
#[derive(Clone, Copy, Debug)]
struct Manner {
    level: u32,
    window_bits: u8,
    takeover: bool,
}

fn payload() -> impl Strategy<Value = String> {
    let words = vec(prop::sample::select(&["one", "two ", "{\"a\": ", "ä€𝄞", "\n", "0000000000"][..]), 0..40);
    prop_oneof![
        4 => words.prop_map(|words| words.concat()),
        2 => r"\PC{0,80}",
        1 => ("[a-z]{1,9}", 1..6000_usize).prop_map(|(word, times)| word.repeat(times)),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let shape = (any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.1));
    let cuts = || vec((any::<Index>(), any::<bool>()), 0..4);
    (payload(), shape, cuts(), cuts()).prop_map(
        |(payload, (is_text, is_compressed, is_final), flushes, fragments)| Message {
            payload: payload.into_bytes(),
            is_text,
            is_compressed,
            flushes,
            is_final,
            fragments,
        },
    )
}

fn manner() -> impl Strategy<Value = Manner> {
    (0..=9_u32, 9..=15_u8, any::<bool>()).prop_map(|(level, window_bits, takeover)| Manner {
        level,
        window_bits,
        takeover,
    })
}

impl Manner {
    fn compress(self) -> Compress {
        Compress::new_with_window_bits(Compression::new(self.level), false, self.window_bits)
    }

    fn codec(self) -> Codec {
        Codec::rfc6455_deflate(Unpacking::new(self.window_bits, self.takeover))
    }
}

impl Message {
    fn deflate(&self, state: &mut Compress, manner: Manner) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() * 2 + 1000);
        let mut cuts: Vec<_> =
            self.flushes.iter().map(|(at, full)| (at.index(self.payload.len() + 1), *full)).collect();
        cuts.sort_unstable();
        let mut start = 0;
        for (cut, full) in cuts {
            let flush = if full { FlushCompress::Full } else { FlushCompress::Sync };
            state.compress_vec(&self.payload[start..cut], &mut out, flush).unwrap();
            start = cut;
        }
        let rest = &self.payload[start..];
        if self.is_final {
            state.compress_vec(rest, &mut out, FlushCompress::Finish).unwrap();
            out.push(0);
            state.reset();
            return out;
        }
        state.compress_vec(rest, &mut out, FlushCompress::Sync).unwrap();
        if out.ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
        }
        if !manner.takeover {
            state.reset();
        }
        out
    }

    fn encode(&self, state: &mut Compress, manner: Manner, out: &mut Vec<u8>) {
        let deflated = self.is_compressed.then(|| self.deflate(state, manner));
        let body = deflated.as_ref().unwrap_or(&self.payload);
        let mut cuts: Vec<_> =
            self.fragments.iter().map(|(at, ping)| (at.index(body.len() + 1), *ping)).collect();
        cuts.sort_unstable();
        cuts.push((body.len(), false));
        let mut start = 0;
        for (place, (cut, ping)) in cuts.iter().enumerate() {
            let opcode = if place > 0 { 0 } else { 2 - u8::from(self.is_text) };
            let compressed = if place == 0 && self.is_compressed { 0x40 } else { 0 };
            let last = if place + 1 == cuts.len() { 0x80 } else { 0 };
            frame(opcode | compressed | last, &body[start..*cut], out);
            if *ping {
                frame(0x89, b"?", out);
            }
            start = *cut;
        }
    }

    fn event(&self) -> Event {
        match str::from_utf8(&self.payload) {
            Ok(text) if self.is_text => Event::Text(text.into()),
            _ => Event::Binary(self.payload.clone().into()),
        }
    }
}

fn frame(first: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(first);
    if let Ok(short @ 0..=125) = u8::try_from(payload.len()) {
        out.push(0x80 | short);
    } else if let Ok(medium) = u16::try_from(payload.len()) {
        out.push(0xfe);
        out.extend(medium.to_be_bytes());
    } else {
        out.push(0xff);
        out.extend((payload.len() as u64).to_be_bytes());
    }
    let key = [0x12, 0x34, 0x56, 0x78];
    out.extend(key);
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// The messages and the error; pieces of streamed messages joined, pings left out.
fn decode(
    mut codec: Codec,
    bytes: &[u8],
    cuts: &[Index],
    limits: &Limits,
) -> (Vec<Event>, Option<ProtocolError>) {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.push(bytes.len());
    places.sort_unstable();
    let (mut events, mut streamed, mut start) = (Vec::new(), (Kind::Text, Vec::new()), 0);
    let mut input = BytesMut::new();
    for end in places {
        input.extend_from_slice(&bytes[start..end]);
        start = end;
        loop {
            match codec.decode(&mut input, limits) {
                Ok(Some(Event::Ping(_))) => {}
                Ok(Some(Event::Start(kind))) => streamed = (kind, Vec::new()),
                Ok(Some(Event::Piece(piece))) => streamed.1.extend_from_slice(&piece),
                Ok(Some(Event::End)) => events.push(match streamed.0 {
                    Kind::Text => {
                        Event::Text(String::from_utf8(std::mem::take(&mut streamed.1)).unwrap().into())
                    }
                    Kind::Binary => Event::Binary(std::mem::take(&mut streamed.1).into()),
                }),
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => return (events, Some(error)),
            }
        }
        assert!(codec.buffered() <= limits.max_message_size.max(bytes.len()));
    }
    (events, None)
}

fn encode(messages: &[Message], manner: Manner) -> Vec<u8> {
    let mut state = manner.compress();
    let mut bytes = Vec::new();
    for message in messages {
        message.encode(&mut state, manner, &mut bytes);
    }
    bytes
}

proptest! {
    // The same cases each time; fuzzing is what looks for others.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7692),
        ..ProptestConfig::with_cases(300)
    })]

    #[test]
    fn what_flate2_deflates_is_inflated(
        messages in vec(message(), 1..8),
        manner in manner(),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let bytes = encode(&messages, manner);
        let expected: Vec<_> = messages.iter().map(Message::event).collect();
        for limits in [&LIMITS, &STREAMED] {
            let (events, error) = decode(manner.codec(), &bytes, &cuts, limits);
            prop_assert_eq!(error, None);
            prop_assert_eq!(&events, &expected);
        }
    }

    #[test]
    fn what_is_spoilt_is_so_alike_however_it_is_cut(
        messages in vec(message(), 1..4),
        manner in manner(),
        spoilt in vec((any::<Index>(), 1..=255_u8), 0..4),
        cuts in vec(any::<Index>(), 0..12),
        limit in prop::sample::select(&[10_usize, 1000, 100_000][..]),
    ) {
        let mut bytes = encode(&messages, manner);
        for (at, flip) in spoilt {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        for limits in [LIMITS, STREAMED].map(|limits| Limits {
            max_message_size: limit,
            streams: Streams { max_size: limit as u64, ..limits.streams },
            ..limits
        }) {
            let whole = decode(manner.codec(), &bytes, &[], &limits);
            prop_assert_eq!(&decode(manner.codec(), &bytes, &cuts, &limits), &whole);
        }
    }

    #[test]
    fn any_bytes_after_the_bit_fail_alike_however_they_are_cut(
        payloads in vec(vec(any::<u8>(), 0..60), 1..5),
        takeover: bool,
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let mut bytes = Vec::new();
        for payload in payloads {
            frame(0xc2, &payload, &mut bytes);
        }
        let codec = || Codec::rfc6455_deflate(Unpacking::new(15, takeover));
        let whole = decode(codec(), &bytes, &[], &LIMITS);
        prop_assert_eq!(decode(codec(), &bytes, &cuts, &LIMITS), whole);
    }

    #[test]
    fn what_is_compressed_flate2_inflates(
        payloads in vec(payload(), 1..8),
        level in 1..=9_u8,
        window_bits in 9..=15_u8,
        takeover: bool,
    ) {
        let packing = Packing::new(level, window_bits, takeover);
        let wire = Wire::RFC6455.with_packing(packing);
        let mut compressor = Compressor::new(packing);
        let mut state = Decompress::new_with_window_bits(false, window_bits);
        for payload in payloads {
            let mut out = BytesMut::new();
            if takeover {
                wire.message_by(&mut compressor, Kind::Text, payload.as_bytes(), &mut out).unwrap();
            } else {
                wire.message(Kind::Text, payload.as_bytes(), &mut out);
                state = Decompress::new_with_window_bits(false, window_bits);
            }
            let body = match out[1] { 126 => 4, 127 => 10, _ => 2 };
            let plain = if out[0] == 0x81 {
                out[body..].to_vec()
            } else {
                prop_assert_eq!(out[0], 0xc1);
                let mut inflated = Vec::with_capacity(payload.len() + 64);
                let deflated = [&out[body..], &TAIL].concat();
                state.decompress_vec(&deflated, &mut inflated, FlushDecompress::Sync).unwrap();
                inflated
            };
            prop_assert_eq!(plain, payload.into_bytes());
        }
    }
}
