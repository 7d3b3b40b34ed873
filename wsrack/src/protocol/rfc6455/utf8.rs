//! UTF-8 that arrives in pieces: wrong at the first byte that cannot be right (section 8.1).

use std::str;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::protocol::error::ProtocolError;

/// The payload of a close frame behind its code.
pub(super) fn reason(bytes: Bytes) -> Result<Utf8Bytes, ProtocolError> {
    Utf8Bytes::try_from(bytes).map_err(|_| ProtocolError::InvalidCloseReason)
}

/// Splits a piece of text before the character that it ends inside, if it does.
/// The second half has at most three bytes, and bytes exist that make them a character.
pub(super) fn split(piece: &[u8]) -> Result<(&str, &[u8]), ProtocolError> {
    let (whole, begun) = piece.split_at(piece.len() - begun(piece));
    let whole = validate(whole)?;
    match str::from_utf8(begun) {
        Err(error) if error.error_len().is_some() => Err(ProtocolError::InvalidUtf8),
        _ => Ok((whole, begun)),
    }
}

/// Text under construction.
#[derive(Debug, Default)]
pub(super) struct TextBuffer {
    text: String,
    /// The beginning of a character whose end has not arrived.
    begun: [u8; 4],
    begun_len: u8,
}

impl TextBuffer {
    /// Appends a piece. `room` says how many bytes to make room for, given length, capacity and need.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        room: impl FnOnce(usize, usize, usize) -> usize,
    ) -> Result<(), ProtocolError> {
        let held = usize::from(self.begun_len);
        self.text.reserve_exact(room(self.text.len(), self.text.capacity(), held + piece.len()));
        let rest = self.complete_character(piece)?;
        let (whole, begun) = split(rest)?;
        self.text.push_str(whole);
        for &byte in begun {
            self.begin(byte);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Utf8Bytes, ProtocolError> {
        if self.begun_len == 0 { Ok(self.text.into()) } else { Err(ProtocolError::TruncatedUtf8) }
    }

    /// Checks a piece of text that is kept elsewhere.
    pub(super) fn check(&mut self, piece: &[u8]) -> Result<(), ProtocolError> {
        let rest = self.complete_character(piece)?;
        let (_, begun) = split(rest)?;
        self.text.clear();
        for &byte in begun {
            self.begin(byte);
        }
        Ok(())
    }

    /// Whether no character is begun that is not ended.
    pub(super) fn is_complete(&self) -> bool {
        self.begun_len == 0
    }

    pub(super) fn len(&self) -> usize {
        self.text.len() + usize::from(self.begun_len)
    }

    pub(super) fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Feeds the character that was begun, byte by byte; what is left of `piece`.
    fn complete_character<'a>(&mut self, mut piece: &'a [u8]) -> Result<&'a [u8], ProtocolError> {
        while self.begun_len > 0
            && let Some((&byte, rest)) = piece.split_first()
        {
            self.begin(byte);
            piece = rest;
            match str::from_utf8(&self.begun[..usize::from(self.begun_len)]) {
                Ok(character) => {
                    self.text.push_str(character);
                    self.begun_len = 0;
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(ProtocolError::InvalidUtf8),
            }
        }
        Ok(piece)
    }

    fn begin(&mut self, byte: u8) {
        if let Some(free) = self.begun.get_mut(usize::from(self.begun_len)) {
            *free = byte;
            self.begun_len += 1;
        }
    }
}

/// What is wrong with text that is wrong.
#[cold]
pub(super) fn broken(text: &[u8]) -> ProtocolError {
    match str::from_utf8(text) {
        Err(error) if error.error_len().is_none() => ProtocolError::TruncatedUtf8,
        _ => ProtocolError::InvalidUtf8,
    }
}

/// How many bytes at the end of `piece` look like the beginning of a character.
#[inline]
fn begun(piece: &[u8]) -> usize {
    for (i, byte) in piece.iter().rev().take(3).enumerate() {
        let width = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        return if width > i + 1 { i + 1 } else { 0 };
    }
    0
}

/// Short pieces are not worth a call through `simdutf8`'s choice of instructions.
#[inline]
fn validate(piece: &[u8]) -> Result<&str, ProtocolError> {
    if piece.len() < 64 {
        str::from_utf8(piece).map_err(|_| ProtocolError::InvalidUtf8)
    } else {
        simdutf8::basic::from_utf8(piece).map_err(|_| ProtocolError::InvalidUtf8)
    }
}
