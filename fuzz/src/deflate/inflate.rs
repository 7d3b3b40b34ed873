//! Inflating whatever a client sends, beside zlib by itself.

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use flate2::{Decompress, FlushDecompress, Status};
use wsrack::__fuzz::{Codec, Event, ProtocolError, Unpacking};
use wsrack::{Draft, Limits, Streams};

use crate::client::{BINARY, COMPRESSED, CONTINUATION, Client, TEXT};
use crate::pieces::pieces;

#[derive(Clone, Copy, Debug, Arbitrary)]
struct Plan {
    takeover: bool,
    window_bits: u8,
    text: bool,
    streamed: bool,
    limit: u16,
    fragments: u8,
    seed: u32,
}

pub(super) fn run(mut input: Unstructured<'_>) -> arbitrary::Result<()> {
    let plan = input.arbitrary::<Plan>()?;
    let payload = input.take_rest();
    let bytes = plan.encode(payload);
    let whole = plan.decode([&bytes[..]]);
    let cut = plan.decode(pieces(&bytes, plan.seed));
    assert_eq!(cut.1, whole.1, "{plan:?}");
    if !plan.streamed || whole.1.is_none() {
        assert_eq!(cut.0, whole.0, "{plan:?}");
    }
    if !plan.text
        && let Some(reference) = plan.reference(payload)
    {
        match (&reference, &whole) {
            (Ok(inflated), (message, None)) => assert_eq!(message, inflated),
            (Ok(inflated), (_, Some(error))) => {
                assert!(matches!(
                    error,
                    ProtocolError::MessageTooBig { .. } | ProtocolError::StreamTooBig { .. }
                ));
                assert!(inflated.len() > usize::from(plan.limit));
            }
            (Err(()), (_, error)) => assert!(error.is_some(), "what cannot be inflated was taken"),
        }
    }
    Ok(())
}

impl Plan {
    fn encode(self, payload: &[u8]) -> Vec<u8> {
        let client = Client::new(Draft::Rfc6455, "");
        let size = payload.len().div_ceil(usize::from(self.fragments % 8) + 1).max(1);
        let mut parts: Vec<_> = payload.chunks(size).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        let last = parts.len() - 1;
        let first = COMPRESSED | if self.text { TEXT } else { BINARY };
        let frames = parts.into_iter().enumerate();
        frames
            .flat_map(|(at, part)| client.frame(at == last, if at == 0 { first } else { CONTINUATION }, part))
            .collect()
    }

    /// The message, or as much of it as came, and the error.
    fn decode<'a>(self, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Option<ProtocolError>) {
        let limit = usize::from(self.limit);
        let streams = Streams { text: true, binary: true, max_size: u64::from(self.limit) };
        let limits = Limits {
            max_message_size: limit,
            streams: if self.streamed { streams } else { Streams::NONE },
            ..Limits::default()
        };
        let mut codec = Codec::rfc6455_deflate(Unpacking::new(9 + self.window_bits % 7, self.takeover));
        let (mut input, mut came) = (BytesMut::new(), Vec::new());
        for piece in pieces {
            input.extend_from_slice(piece);
            loop {
                match codec.decode(&mut input, &limits) {
                    Ok(Some(Event::Text(text))) => came.extend_from_slice(text.as_bytes()),
                    Ok(Some(Event::Binary(bytes) | Event::Piece(bytes))) => came.extend_from_slice(&bytes),
                    Ok(Some(Event::Start(_) | Event::End)) => {}
                    Ok(Some(other)) => panic!("{other:?} was not sent"),
                    Ok(None) => break,
                    Err(error) => return (came, Some(error)),
                }
                // The last piece may go beyond a stream's limit by what is inflated at once.
                assert!(came.len() <= limit, "{} bytes of at most {limit}", came.len());
            }
            assert!(codec.buffered() <= limit, "{} bytes are held of at most {limit}", codec.buffered());
        }
        (came, None)
    }

    /// What zlib makes of it; `None` where a stream ends inside, after which there are more rules than zlib's.
    fn reference(self, payload: &[u8]) -> Option<Result<Vec<u8>, ()>> {
        let bits = if self.takeover { 9 + self.window_bits % 7 } else { 15 };
        let mut state = Decompress::new_with_window_bits(false, bits);
        let tail: &[u8] = if payload.is_empty() { &[] } else { &[0, 0, 0xff, 0xff] };
        let compressed = [payload, tail].concat();
        let mut inflated = Vec::new();
        loop {
            let done = usize::try_from(state.total_in()).ok()?;
            inflated.reserve(1 << 16);
            match state.decompress_vec(&compressed[done..], &mut inflated, FlushDecompress::Sync) {
                Ok(Status::StreamEnd) => return None,
                Ok(_) if inflated.len() > usize::from(u16::MAX) + 1 => return Some(Ok(inflated)),
                Ok(_) if inflated.len() == inflated.capacity() => {}
                Ok(_) if state.total_in() == compressed.len() as u64 => return Some(Ok(inflated)),
                Ok(_) if state.total_in() > done as u64 => {}
                Ok(_) | Err(_) => return Some(Err(())),
            }
        }
    }
}
