//! Text of the drafts before hybi-10: what is not UTF-8 is replaced by U+FFFD.

use std::str;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// A whole text. It may take three times the bytes that came: one that is wrong becomes three.
pub(super) fn whole(bytes: &Bytes) -> Utf8Bytes {
    match Utf8Bytes::try_from(bytes.clone()) {
        Ok(text) => text,
        Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}

/// Text that arrives in pieces. Together they are what [`whole`] makes of the whole.
#[derive(Debug, Default)]
pub(super) struct Replacer {
    /// The beginning of a character whose end has not arrived.
    begun: [u8; 3],
    begun_len: u8,
}

impl Replacer {
    /// The next piece as valid text; empty where it only goes on with a character that it does not end.
    pub(super) fn push(&mut self, piece: Bytes) -> Bytes {
        if self.begun_len == 0 && str::from_utf8(&piece).is_ok() {
            return piece;
        }
        let bytes = [&self.begun[..usize::from(self.begun_len)], &piece].concat();
        self.begun_len = 0;
        let mut text = String::with_capacity(bytes.len());
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            if chunk.invalid().is_empty() {
                continue;
            }
            if chunks.peek().is_some() || !self.keep(chunk.invalid()) {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text.into()
    }

    /// What a text is ended with: a character that was begun stays without its end.
    pub(super) fn finish(&mut self) -> Option<Bytes> {
        let is_begun = std::mem::take(&mut self.begun_len) > 0;
        is_begun.then_some(Bytes::from_static("\u{fffd}".as_bytes()))
    }

    /// Keeps what more bytes could make a character of.
    fn keep(&mut self, bytes: &[u8]) -> bool {
        let is_begun = str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
        if is_begun {
            for (kept, byte) in self.begun.iter_mut().zip(bytes) {
                *kept = *byte;
                self.begun_len += 1;
            }
        }
        is_begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_what_the_whole_is() {
        let texts: [&[u8]; 8] = [
            b"Hello",
            "a\u{fffd}é€𝄞".as_bytes(),
            b"\xff\xfe",
            b"a\xe2\x82",
            b"\xf0\x9f\x98a\xf0\x9f",
            b"\xc3\x28\xa0\xa1\xe2\x28\xa1",
            b"\xed\xa0\x80\xf4\x90\x80\x80",
            b"\xe2\x82\xac\xe2",
        ];
        for text in texts {
            let expected = whole(&Bytes::from_static(text));
            for size in 1..=text.len() {
                let mut replacer = Replacer::default();
                let mut joined = Vec::new();
                for piece in text.chunks(size) {
                    let piece = replacer.push(Bytes::copy_from_slice(piece));
                    assert!(str::from_utf8(&piece).is_ok());
                    joined.extend(piece);
                }
                joined.extend(replacer.finish().unwrap_or_default());
                assert_eq!(str::from_utf8(&joined), Ok(expected.as_str()), "{text:x?} by {size}");
            }
        }
    }
}
