//! What `fuzz/` reaches of the rooms that nobody else does; there with `--cfg fuzzing` alone, which cargo-fuzz sets.

use http::Response;
use http::request::Parts;

pub use crate::protocol::{
    CloseFrame, Codec, Compressor, Event, Kind, Packing, ProtocolError, Secret, Unpacking, WINDOW_BITS, Wire,
};

use crate::draft::Draft;
use crate::flood::Flood;
use crate::handshake::{self, Accept, EarlyAnswer, KEY_SIZE, PeerFacts, Rejection};
use crate::options::{Options, Settings};

/// A handshake that is taken, with all that follows from it.
#[derive(Debug)]
pub struct Accepted {
    accept: Accept,
    settings: Settings,
    early: Option<EarlyAnswer>,
}

/// What the handshake makes of a request that came without TLS to a server that can write any answer.
///
/// # Errors
///
/// The answer to one that is refused: its status.
pub fn negotiate(req: &Parts, options: &Options) -> Result<Accepted, u16> {
    let settings = options.effective();
    let strangers = Flood::default();
    let facts = PeerFacts { secure: false, host: None, takes_early: true, strangers: &strangers };
    let accept = handshake::negotiate(req, &settings, facts)
        .map_err(|refusal| Rejection::from(refusal).status().unwrap_or_default())?;
    let early = accept.early_answer(req, &settings, facts);
    Ok(Accepted { accept, settings, early })
}

impl Accepted {
    /// Of the two ends.
    pub fn draft(&self) -> Draft {
        self.accept.draft
    }

    /// What reads the client's messages.
    pub fn codec(&self) -> Codec {
        self.accept.codec()
    }

    /// How messages are written to the client.
    pub fn wire(&self) -> Wire {
        self.accept.wire()
    }

    /// How the two directions are compressed.
    pub fn compression(&self) -> Option<(Packing, Unpacking)> {
        self.accept.compression.map(|agreed| (agreed.packing, agreed.unpacking))
    }

    /// The head of the 101; bare where HTTP does not write it.
    pub fn response(&self) -> Response<()> {
        self.accept.response(&self.settings)
    }

    /// Whether eight bytes follow the head.
    pub fn awaits_key(&self) -> bool {
        self.early.as_ref().is_some_and(EarlyAnswer::awaits_key)
    }

    /// The bytes of the answer, where HTTP does not write it.
    pub fn into_early_answer(self, key: [u8; KEY_SIZE]) -> Option<Vec<u8>> {
        let headers = self.response().into_parts().0.headers;
        self.early.map(|early| early.into_bytes(&headers, key))
    }
}
