//! Limits hold for what is inflated, while it is.

use bytes::BytesMut;
use flate2::{Compress, Compression, FlushCompress};

use super::{
    BINARY, Codec, Event, Limits, TEXT, TEXT_BEGIN, Unpacking, binary, decode_by, deflated, frame,
    no_takeover, noise, takeover, text,
};
use crate::protocol::ProtocolError::{FrameTooBig, MessageTooBig, TooManyFragments};
use crate::protocol::deflate::Inflater;

const SMALL: Limits = Limits {
    max_message_size: 200,
    max_frame_size: 150,
    max_fragments: 4,
    streams: crate::limits::Streams::NONE,
};

/// A message of so many MiB of zeros, each of them a thousandth of that.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut state = Compress::new(Compression::new(9), false);
    let mut one = Vec::with_capacity(4096);
    state.compress_vec(&vec![0; 1 << 20], &mut one, FlushCompress::Full).unwrap();
    assert_eq!(state.total_in(), 1 << 20);
    one.repeat(mebibytes)
}

#[test]
fn a_megabyte_that_inflates_to_a_gigabyte_is_stopped_at_the_limit() {
    let bomb = bomb(1 << 10);
    assert!((1 << 19..3 << 19).contains(&bomb.len()), "{}", bomb.len());
    let limits = Limits { max_frame_size: 2 << 20, ..Limits::default() };
    for codec in [takeover, no_takeover] {
        let mut codec = codec();
        let mut input = BytesMut::new();
        let mut error = None;
        let mut fed = 0;
        for piece in frame(BINARY, &bomb).chunks(4096) {
            input.extend_from_slice(piece);
            fed += piece.len();
            match codec.decode(&mut input, &limits) {
                Ok(None) => assert!(codec.buffered() <= limits.max_message_size),
                Ok(Some(event)) => panic!("{event:?}"),
                Err(broken) => {
                    error = Some(broken);
                    break;
                }
            }
        }
        assert_eq!(error, Some(MessageTooBig { limit: 1 << 20 }));
        assert_eq!(error.unwrap().close_code(), 1009);
        assert!(fed <= 8192, "a thousandth of the limit and a read is all that was looked at: {fed}");
        assert_eq!(codec.buffered(), 0);
    }
}

#[test]
fn no_more_than_64_kib_beyond_the_limit_is_inflated() {
    let bomb = bomb(1 << 10);
    let limit = Limits::default().max_message_size;
    for takeover in [false, true] {
        let mut inflated = 0;
        let outcome = Inflater::begin(Unpacking::new(15, takeover)).inflate(&bomb, true, |part| {
            inflated += part.len();
            if inflated > limit { Err(MessageTooBig { limit }) } else { Ok(()) }
        });
        assert_eq!(outcome, Err(MessageTooBig { limit }));
        assert!((limit + 1..=limit + (64 << 10)).contains(&inflated), "{inflated}");
    }
}

#[test]
fn a_message_of_exactly_the_limit_passes() {
    let bytes = frame(TEXT, &deflated(&[b'a'; 200]));
    assert_eq!(decode_by(no_takeover, &bytes, &SMALL), (vec![text(&"a".repeat(200))], None));
    let bytes = frame(BINARY, &deflated(&[b'a'; 201]));
    assert_eq!(decode_by(no_takeover, &bytes, &SMALL), (vec![], Some(MessageTooBig { limit: 200 })));
}

#[test]
fn fragments_together_have_the_limit() {
    let deflated = deflated(&[b'a'; 201]);
    let bytes = [frame(TEXT_BEGIN, &deflated[..2]), frame(0x00, b""), frame(0x80, &deflated[2..])].concat();
    assert_eq!(decode_by(takeover, &bytes, &SMALL).1, Some(MessageTooBig { limit: 200 }));
}

#[test]
fn what_cannot_be_compressed_has_a_little_more_room_on_the_wire() {
    let limits = Limits { max_message_size: 1000, max_frame_size: 1000, ..SMALL };
    let noise = noise(1000);
    let stored = [&[0, 0xe8, 0x03, 0x17, 0xfc][..], &noise, &[0]].concat();
    assert!(stored.len() > limits.max_frame_size);
    assert_eq!(decode_by(no_takeover, &frame(BINARY, &stored), &limits), (vec![binary(&noise)], None));
}

#[test]
fn a_compressed_frame_fails_on_its_header_alone() {
    let header = &frame(BINARY, &[0; 2000])[..4];
    assert_eq!(decode_by(takeover, header, &SMALL).1, Some(FrameTooBig { limit: 150 }));
    let limits = Limits { max_frame_size: 100_000, ..SMALL };
    assert_eq!(decode_by(takeover, header, &limits).1, Some(MessageTooBig { limit: 200 }));
}

#[test]
fn a_stream_that_never_inflates_to_anything_ends() {
    let limits = Limits { max_fragments: u32::MAX, ..SMALL };
    // An empty block without compression.
    let nothing = [0, 0, 0, 0xff, 0xff].repeat(28);
    let mut bytes = frame(0x42, &nothing);
    for _ in 0..10 {
        bytes.extend(frame(0x00, &nothing));
    }
    assert_eq!(decode_by(takeover, &bytes, &limits).1, Some(MessageTooBig { limit: 200 }));
    let bytes = [frame(0x42, b""), frame(0x00, b"").repeat(4)].concat();
    assert_eq!(decode_by(takeover, &bytes, &SMALL).1, Some(TooManyFragments { limit: 4 }));
}

#[test]
fn a_codec_stays_small_and_is_idle_between_messages() {
    let message = frame(TEXT, &deflated(b"Hello"));
    for unpacking in [Unpacking::new(15, false), Unpacking::new(15, true)] {
        let mut codec = Codec::rfc6455_deflate(unpacking);
        let mut input = BytesMut::from(&message[..]);
        assert_eq!(codec.decode(&mut input, &SMALL), Ok(Some(text("Hello"))));
        assert!(codec.is_idle());
        assert_eq!(codec.buffered(), 0);
        input.extend_from_slice(&message[..8]);
        assert_eq!(codec.decode(&mut input, &SMALL), Ok(None));
        assert!(!codec.is_idle() && input.is_empty());
        assert_eq!(codec.needed(&input), Some(message.len() as u64 - 8));
    }
}

#[test]
fn a_message_is_whole_whatever_its_parts_inflate_to() {
    let payload: Vec<u8> = (0..3_u32 << 20).map(|i| (i / 700).to_le_bytes()[0]).collect();
    let limits = Limits { max_message_size: 4 << 20, max_frame_size: 4 << 20, ..Limits::default() };
    let bytes = frame(BINARY, &deflated(&payload));
    let decoded = super::decode_pieces_by(takeover(), bytes.chunks(999), &limits);
    assert!(decoded == (vec![Event::Binary(payload.into())], None));
}
