//! What arrives while a handler is at work, up to a bound.

use std::collections::VecDeque;

use bytes::Bytes;

use super::core::Turn;
use crate::app::Delivery;
use crate::message::Message;

/// Decoded messages that wait for their turn.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    turns: VecDeque<Turn>,
    bytes: usize,
}

impl Inbox {
    /// When so many bytes wait, reading pauses, and the peer is held back.
    pub(super) const BYTES: usize = 64 << 10;

    /// Nor do more messages than this wait, however small.
    const MESSAGES: usize = 1024;

    /// A message up to this size, half of a read buffer, is copied, so that it does not hold one while it waits.
    const COPY_MAX: usize = 32 << 10;

    pub(super) fn push(&mut self, turn: Turn) {
        let turn = match turn {
            Turn::Message(Delivery::Message(message)) => {
                self.bytes += message.len();
                Turn::Message(Delivery::Message(compact(message)))
            }
            other => other,
        };
        self.turns.push_back(turn);
    }

    pub(super) fn pop(&mut self) -> Option<Turn> {
        let turn = self.turns.pop_front()?;
        if let Turn::Message(Delivery::Message(message)) = &turn {
            self.bytes -= message.len();
        }
        Some(turn)
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= Self::BYTES || self.turns.len() >= Self::MESSAGES
    }
}

fn compact(message: Message) -> Message {
    match message {
        Message::Binary(bytes) if bytes.len() <= Inbox::COPY_MAX => {
            Message::Binary(Bytes::copy_from_slice(&bytes))
        }
        Message::Text(text) if text.len() <= Inbox::COPY_MAX => Message::Text(text.as_str().into()),
        large => large,
    }
}
