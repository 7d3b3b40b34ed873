//! What holds for any bytes: where they are cut makes no difference, and tungstenite reads the same in them.

mod other;
mod sequence;

use std::cell::Cell;

use bytes::BytesMut;
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config, RngSeed, TestError, TestRunner},
};
use wsrack::{
    Limits, Streams,
    protocol::{Codec, Event, ProtocolError},
};

use crate::{
    other::{Deviation, compare},
    sequence::{is_message, mutations, sequences},
};

const LIMITS: Limits =
    Limits { max_message_size: 200_000, max_frame_size: 180_000, max_fragments: 6, streams: Streams::NONE };

type Decoded = (Vec<Event>, Option<ProtocolError>);

/// How often something was so, of how many cases.
#[derive(Debug, Default)]
struct Count {
    yes: Cell<u32>,
    all: Cell<u32>,
}

#[test]
fn valid_sequences_mean_what_was_sent() {
    let two_or_more = Count::default();
    run(400, (sequences(), cuts(), any::<bool>()), |(sequence, cuts, moves)| {
        let bytes = sequence.encode();
        let expected = (sequence.events, None);
        prop_assert_eq!(&decode(&bytes, &[], false), &expected);
        prop_assert_eq!(&decode(&bytes, &places(&cuts, bytes.len()), moves), &expected);
        prop_assert_eq!(compare(&bytes, &expected.0, expected.1), Ok(None));
        two_or_more.add(messages(&expected.0) >= 2);
        Ok(())
    });
    two_or_more.assert_at_least_half();
}

#[test]
fn spoilt_sequences_fail_alike_however_they_are_cut() {
    let two_or_more = Count::default();
    let failed = Count::default();
    // One in four is spoilt anywhere, the others behind their second message.
    let input = (sequences(), mutations(), prop::bool::weighted(0.25), cuts(), any::<bool>());
    run(800, input, |(sequence, mutation, anywhere, cuts, moves)| {
        let spared = if anywhere { 0 } else { sequence.after_two };
        let bytes = sequence.encode_mutated(&mutation, spared);
        let whole = decode(&bytes, &[], false);
        prop_assert_eq!(&decode(&bytes, &places(&cuts, bytes.len()), moves), &whole);
        if bytes.len() < 400 {
            let everywhere: Vec<usize> = (1..bytes.len()).collect();
            prop_assert_eq!(&decode(&bytes, &everywhere, moves), &whole);
        }
        let deviation = compare(&bytes, &whole.0, whole.1);
        prop_assert!(deviation.is_ok(), "{:?}", deviation);
        two_or_more.add(messages(&whole.0) >= 2);
        failed.add(whole.1.is_some());
        Ok(())
    });
    two_or_more.assert_at_least_half();
    assert!(failed.yes.get() * 4 >= failed.all.get(), "too few fail to mean anything: {failed:?}");
}

#[test]
fn arbitrary_bytes_fail_alike_however_they_are_cut() {
    run(1500, (vec(any::<u8>(), 0..64), cuts()), |(bytes, cuts)| {
        let whole = decode(&bytes, &[], false);
        prop_assert_eq!(&decode(&bytes, &places(&cuts, bytes.len()), true), &whole);
        let deviation = compare(&bytes, &whole.0, whole.1);
        prop_assert!(deviation.is_ok(), "{:?}", deviation);
        Ok(())
    });
}

#[test]
fn every_deviation_from_tungstenite_is_real() {
    let masked = |head: &[u8], payload: &[u8]| [head, &[0; 4], payload].concat();
    let fragments = [masked(&[0x01, 0x80], b""), masked(&[0x00, 0x80], b"").repeat(6)].concat();
    let cases = [
        (masked(&[0x82, 0xfe, 0, 1], b"x"), Deviation::LengthNotMinimal),
        (masked(&[0x89, 0xfe, 0, 1], b"x"), Deviation::ControlLengthNotMinimal),
        (masked(&[0x88, 0x82], &1005_u16.to_be_bytes()), Deviation::InvalidCloseCode),
        (masked(&[0x88, 0x82], &1014_u16.to_be_bytes()), Deviation::BadGateway),
        (fragments, Deviation::TooManyFragments),
    ];
    for (bytes, deviation) in cases {
        let (events, error) = decode(&bytes, &[], false);
        assert_eq!(compare(&bytes, &events, error), Ok(Some(deviation)), "{bytes:x?}");
    }
}

/// Decodes `bytes` cut at `places`. If it `moves`, each call finds what was left in another buffer.
fn decode(bytes: &[u8], places: &[usize], moves: bool) -> Decoded {
    let mut codec = Codec::rfc6455();
    let mut input = BytesMut::new();
    let mut events = Vec::new();
    let mut start = 0;
    for &end in places.iter().chain([&bytes.len()]) {
        input.extend_from_slice(&bytes[start..end]);
        start = end;
        loop {
            if moves {
                input = BytesMut::from(&input[..]);
            }
            match codec.decode(&mut input, &LIMITS) {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => return (events, Some(error)),
            }
        }
        assert!(codec.buffered() <= LIMITS.max_message_size);
    }
    (events, None)
}

fn cuts() -> impl Strategy<Value = Vec<Index>> {
    vec(any::<Index>(), 0..12)
}

fn places(cuts: &[Index], len: usize) -> Vec<usize> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(len + 1)).collect();
    places.sort_unstable();
    places
}

fn messages(events: &[Event]) -> usize {
    events.iter().filter(|event| is_message(event)).count()
}

fn run<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    // The same cases each time: how many of them are of a kind is asserted. Fuzzing is what looks for others.
    let rng_seed = RngSeed::Fixed(6455);
    let config =
        Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    match TestRunner::new(config).run(&strategy, test) {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!("{reason}\nfor {input:?}"),
        Err(error) => panic!("{error}"),
    }
}

impl Count {
    fn add(&self, so: bool) {
        self.yes.set(self.yes.get() + u32::from(so));
        self.all.set(self.all.get() + 1);
    }

    fn assert_at_least_half(&self) {
        assert!(self.yes.get() * 2 >= self.all.get(), "{self:?}");
    }
}
