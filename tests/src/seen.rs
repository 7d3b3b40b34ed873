//! What a client of the echo server sees in the conversation that each of them holds.

use serde::Deserialize;

/// The length of the large messages: the first that is not compressed, split or counted like smaller ones.
pub const LARGE: usize = 64 * 1024 + 1;
/// The code that the client closes with.
pub const CLOSE_CODE: u16 = 4001;
/// The reason that the client closes with.
pub const CLOSE_REASON: &str = "enough";

/// One conversation on one connection: a text, some bytes, both kinds in large, three fragments, a ping, a close.
///
/// Each client sends the messages of [`Seen::expected`] and fills this in with what comes back; the programs in
/// `tests/clients/` print it as JSON.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Seen {
    /// The answer to a text with characters of one to four bytes.
    pub text: String,
    /// The answer to one byte of each value, in order.
    pub binary: Vec<u8>,
    /// The length of the answer to [`LARGE`] letters, if each of them was right.
    pub large_text: usize,
    /// The length of the answer to [`LARGE`] bytes, if each of them was right.
    pub large_binary: usize,
    /// The answer to a text sent in three fragments.
    pub fragments: String,
    /// The payload of the pong.
    pub pong: String,
    /// The server's answer to the client's close frame.
    pub close: Close,
    /// Whether compression was agreed on, and the large text came back in less than half of its bytes.
    pub compressed: bool,
}

/// A close frame.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Close {
    /// The code.
    pub code: u16,
    /// The reason.
    pub reason: String,
}

impl Seen {
    /// What is there to see where everything is right, without compression.
    pub fn expected() -> Self {
        Self {
            text: "aé€𝄞".to_owned(),
            binary: (0..=u8::MAX).collect(),
            large_text: LARGE,
            large_binary: LARGE,
            fragments: "one two three".to_owned(),
            pong: "are you there".to_owned(),
            close: Close { code: CLOSE_CODE, reason: CLOSE_REASON.to_owned() },
            compressed: false,
        }
    }
}
