//! How a socket reaches the topics of its server, which live in a later room.

use std::fmt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::Outbox;
use crate::message::Message;
use crate::protocol::Wire;

/// The server's topics.
pub(crate) trait Topics: fmt::Debug + Send + Sync {
    /// Adds the connection; the name comes back as it is stored.
    fn subscribe(&self, topic: &str, member: &Arc<Outbox>) -> Arc<str>;
    fn unsubscribe(&self, topic: &str, member: u64);
    /// Sends to all subscribers but `except`; how many took it.
    fn publish(&self, topic: &str, message: &Message, except: Option<u64>) -> usize;
}

/// A message for many, encoded once for each form that it takes on the wire.
#[derive(Debug)]
pub(crate) struct Encoded<'a> {
    message: &'a Message,
    /// A handful at the most: a scan is cheaper than a map.
    forms: Vec<(Wire, Bytes)>,
}

impl<'a> Encoded<'a> {
    pub(crate) fn new(message: &'a Message) -> Self {
        Self { message, forms: Vec::with_capacity(1) }
    }

    pub(super) fn message(&self) -> &'a Message {
        self.message
    }

    pub(super) fn for_wire(&mut self, wire: Wire) -> &Bytes {
        let known = self.forms.iter().position(|(form, _)| *form == wire);
        let index = known.unwrap_or_else(|| {
            let payload = self.message.as_bytes();
            // What is compressed is shorter, who knows by how much.
            let capacity = if wire.packing().is_some() { 0 } else { payload.len() + wire.max_overhead() };
            let mut bytes = BytesMut::with_capacity(capacity);
            wire.message(self.message.kind(), payload, &mut bytes);
            self.forms.push((wire, bytes.freeze()));
            self.forms.len() - 1
        });
        &self.forms[index].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Packing;

    #[test]
    fn a_message_is_encoded_once_for_each_form() {
        let message = Message::from("said again and again; ".repeat(30));
        let mut encoded = Encoded::new(&message);
        let plain = Wire::RFC6455;
        let packed = |bits| plain.with_packing(Packing::new(3, bits, false));
        let mut lengths = Vec::new();
        for wire in [plain, packed(15), packed(9), packed(15), plain, packed(9)] {
            lengths.push(encoded.for_wire(wire).len());
        }
        assert_eq!(encoded.forms.len(), 3);
        assert_eq!(lengths[..2], [lengths[4], lengths[3]]);
        assert!(lengths[1] < lengths[0] / 4);
    }
}
