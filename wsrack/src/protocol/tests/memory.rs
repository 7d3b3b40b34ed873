//! What the codec holds, and where the bytes of a message lie.

use bytes::BytesMut;

use crate::protocol::{Codec, Event, rfc6455::IN_PLACE_MAX};

use super::{KEY, Limits, Streams, binary, frame, text};

#[test]
fn a_codec_is_small() {
    assert!(size_of::<Codec>() <= 24, "{}", size_of::<Codec>());
    assert!(size_of::<super::ProtocolError>() <= 16);
}

#[test]
fn whole_frames_are_slices_of_the_input() {
    let mut input =
        BytesMut::from(&[frame(0x81, b"in place"), frame(0x82, &[1; 300]), frame(0x89, b"x")].concat()[..]);
    let range = input.as_ptr_range();
    let mut codec = Codec::rfc6455();
    let mut events = 0;
    while let Some(event) = codec.decode(&mut input, &Limits::default()).unwrap() {
        let at = match &event {
            Event::Text(text) => text.as_ptr(),
            Event::Binary(bytes) | Event::Ping(bytes) => bytes.as_ptr(),
            other => panic!("{other:?}"),
        };
        assert!(range.contains(&at));
        events += 1;
    }
    assert_eq!(events, 3);
}

#[test]
fn a_frame_up_to_64_kib_waits_in_the_input() {
    for first in [0x81, 0x82] {
        let bytes = frame(first, &vec![b'a'; IN_PLACE_MAX]);
        assert!(bytes.len() <= 64 * 1024);
        let mut codec = Codec::rfc6455();
        let mut input = BytesMut::new();
        for piece in bytes.chunks(5000) {
            assert_eq!(codec.buffered(), 0);
            input.extend_from_slice(piece);
            if input.len() < bytes.len() {
                let before = input.len();
                assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(None));
                assert_eq!(input.len(), before);
                assert_eq!(codec.needed(&input), Some((bytes.len() - before) as u64));
                assert!(!codec.is_idle());
            }
        }
        let at = input.as_ptr_range();
        match codec.decode(&mut input, &Limits::default()).unwrap().unwrap() {
            Event::Text(text) => assert!(text.len() == IN_PLACE_MAX && at.contains(&text.as_ptr())),
            Event::Binary(data) => assert!(data.len() == IN_PLACE_MAX && at.contains(&data.as_ptr())),
            other => panic!("{other:?}"),
        }
        assert!(codec.is_idle());
    }
}

#[test]
fn a_larger_frame_is_moved_as_it_arrives() {
    for payload in ["x".repeat(IN_PLACE_MAX + 1), "ж".repeat(200_000), "漢".repeat(300_000)] {
        let bytes = frame(0x81, payload.as_bytes());
        let mut codec = Codec::rfc6455();
        let mut input = BytesMut::new();
        let mut arrived = 0;
        for piece in bytes.chunks(10_007) {
            input.extend_from_slice(piece);
            arrived += piece.len();
            match codec.decode(&mut input, &Limits::default()).unwrap() {
                None => {
                    assert!(input.is_empty());
                    assert!(codec.buffered() <= 2 * arrived && codec.buffered() <= payload.len());
                    assert_eq!(codec.needed(&input), Some((bytes.len() - arrived) as u64));
                }
                Some(event) => assert_eq!(event, text(&payload)),
            }
        }
        assert_eq!(arrived, bytes.len());
        assert!(codec.is_idle());
        assert_eq!(codec.buffered(), 0);
    }
}

#[test]
fn a_header_that_lies_gets_no_memory() {
    let limits = Limits {
        max_message_size: usize::MAX,
        max_frame_size: usize::MAX,
        max_fragments: 2,
        streams: Streams::NONE,
    };
    let mut header = vec![0x82, 0xff];
    header.extend((1_u64 << 62).to_be_bytes());
    header.extend(KEY);
    let mut codec = Codec::rfc6455();
    let mut input = BytesMut::from(&header[..]);
    input.extend_from_slice(b"ten bytes!");
    assert_eq!(codec.decode(&mut input, &limits), Ok(None));
    assert!(codec.buffered() <= 20, "{}", codec.buffered());
    assert_eq!(codec.needed(&input), Some((1 << 62) - 10));
}

#[test]
fn fragments_never_take_more_than_the_message_limit() {
    let limits = Limits { max_message_size: 1000, ..Limits::default() };
    for first in [0x01, 0x02] {
        let mut codec = Codec::rfc6455();
        let mut input = BytesMut::new();
        let mut received = 0;
        for (i, size) in [1, 2, 3, 300, 94, 200, 399, 1].into_iter().enumerate() {
            input.extend_from_slice(&frame(if i == 0 { first } else { 0x00 }, &vec![b'a'; size]));
            received += size;
            assert_eq!(codec.decode(&mut input, &limits), Ok(None));
            assert!(codec.buffered() <= (2 * received).min(1000), "{} of {received}", codec.buffered());
            assert!(!codec.is_idle());
        }
        input.extend_from_slice(&frame(0x80, b""));
        let expected = if first == 1 { text(&"a".repeat(1000)) } else { binary(&[b'a'; 1000]) };
        assert_eq!(codec.decode(&mut input, &limits), Ok(Some(expected)));
        assert!(codec.is_idle());
    }
}

#[test]
fn the_header_is_part_of_what_is_in_progress() {
    let mut codec = Codec::rfc6455();
    assert!(codec.is_idle());
    let mut input = BytesMut::from(&[0x81][..]);
    assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(None));
    assert!(!codec.is_idle());
    assert_eq!(codec.needed(&input), None);
    input.extend_from_slice(&frame(0x81, b"Hello")[1..4]);
    assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(None));
    assert_eq!(codec.needed(&input), Some(7));
    input.extend_from_slice(&frame(0x81, b"Hello")[4..]);
    assert_eq!(codec.decode(&mut input, &Limits::default()), Ok(Some(text("Hello"))));
    assert!(codec.is_idle());
}
