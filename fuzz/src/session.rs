//! Both ends of a connection: what one sends the other gets, in order, and the close handshake ends.

mod peer;
mod server;

use arbitrary::{Arbitrary, Unstructured};
use wsrack::{Cause, Draft};

use self::peer::Peer;
use self::server::Heard;

#[derive(Debug, Arbitrary)]
struct Plan {
    draft: u8,
    compression: u8,
    /// The application answers each message with itself, and sends nothing else.
    echoes: bool,
    seed: u32,
    end: End,
    operations: Vec<Operation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Arbitrary)]
enum End {
    Client,
    Server,
    /// The client's stream just ends.
    Lost,
}

#[derive(Debug, Arbitrary)]
enum Operation {
    /// The client sends a message: in so many frames, with a ping between them, compressed.
    Say { what: Payload, frames: u8, pings: bool, packed: bool },
    /// The client pings.
    Ping(Payload),
    /// The application sends.
    Send(Payload),
    /// The application pings.
    ServerPing(Payload),
    /// What was sent so far arrives.
    Turn,
}

#[derive(Clone, Debug, Arbitrary)]
enum Payload {
    Text(String),
    Binary(Vec<u8>),
    Long { byte: u8, len: u16 },
}

/// All of a session fits the buffers between, so that nobody has to wait for the other.
const OPERATIONS: usize = 24;
const LENGTH_MAX: usize = 1500;

/// A message with its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    Text(String),
    Binary(Vec<u8>),
}

/// What should have happened.
#[derive(Debug, Default)]
struct Expected {
    to_server: Vec<Message>,
    to_client: Vec<Message>,
    pongs: Vec<Vec<u8>>,
    pings: Vec<Vec<u8>>,
}

pub fn run(input: &[u8]) {
    let Ok(plan) = Plan::arbitrary_take_rest(Unstructured::new(input)) else { return };
    server::run(plan.echoes, |server| async move {
        let mut expected = Expected::default();
        let mut peer = Peer::open(&server, plan.draft(), plan.path(), plan.seed).await;
        for operation in plan.operations.iter().take(OPERATIONS) {
            plan.perform(operation, &mut peer, &server, &mut expected).await;
        }
        peer.turn().await;
        plan.finish(peer, &server, &expected).await;
    });
}

impl Plan {
    fn draft(&self) -> Draft {
        // RFC 6455 as often as all others.
        Draft::ALL.get(usize::from(self.draft % 22)).copied().unwrap_or(Draft::Rfc6455)
    }

    fn path(&self) -> &'static str {
        ["/plain", "/shared", "/dedicated", "/windows"][usize::from(self.compression % 4)]
    }

    async fn perform(
        &self,
        operation: &Operation,
        peer: &mut Peer,
        server: &server::Server,
        expected: &mut Expected,
    ) {
        match operation {
            Operation::Say { what, frames, pings, packed } => {
                let Some(message) = what.message(self.draft()) else { return };
                let frames = usize::from(frames % 5) + 1;
                let ping = (*pings && self.draft().has_ping()).then(|| b"between".to_vec());
                let sent = peer.say(&message, frames, ping.as_deref(), *packed);
                expected.pongs.extend(ping.into_iter().cycle().take(sent - 1));
                if self.echoes {
                    expected.to_client.push(message.clone());
                }
                expected.to_server.push(message);
            }
            Operation::Ping(what) => {
                let body = what.bytes();
                let body = &body[..body.len().min(125)];
                if self.draft().has_ping() {
                    peer.ping(body);
                    expected.pongs.push(body.to_vec());
                }
            }
            Operation::Send(what) if !self.echoes => {
                let message = what.any_message();
                if server.send(&message) {
                    expected.to_client.push(message);
                } else {
                    assert!(!self.draft().has_binary() && matches!(message, Message::Binary(_)));
                }
            }
            Operation::ServerPing(what) => {
                let body = what.bytes();
                let body = &body[..body.len().min(125)];
                if server.ping(body) {
                    expected.pings.push(body.to_vec());
                } else {
                    assert!(!self.draft().has_ping());
                }
            }
            Operation::Send(_) => {}
            Operation::Turn => peer.turn().await,
        }
    }

    async fn finish(&self, mut peer: Peer, server: &server::Server, expected: &Expected) {
        match self.end {
            End::Client => peer.close().await,
            End::Server => {
                server.close();
                peer.await_close().await;
            }
            End::Lost => {}
        }
        let came = peer.end(self.end != End::Lost).await;
        let Heard { messages, ends } = server.heard().await;
        assert_eq!(messages, expected.to_server, "what the client sent");
        assert_eq!(came.messages, expected.to_client, "what the application sent");
        assert_eq!(came.pings, expected.pings, "the application's pings");
        assert!(is_within(&came.pongs, &expected.pongs), "{:?} are not of {:?}", came.pongs, expected.pongs);
        assert_eq!(came.pongs.last(), expected.pongs.last(), "the last ping is answered");
        self.check_end(&came, &ends);
    }

    fn check_end(&self, came: &peer::Came, ends: &[(u16, bool, Cause)]) {
        let &[(code, was_clean, cause)] = ends else { panic!("`on_close` was called with {ends:?}") };
        let draft = self.draft();
        let has_close = draft != Draft::Hixie75;
        let expected = match self.end {
            End::Client if has_close => {
                (if draft.has_close_code() { 1000 } else { 1005 }, true, Cause::Client)
            }
            End::Server if draft.has_close_code() => (4000, true, Cause::Server),
            End::Server if has_close => (1005, true, Cause::Server),
            End::Server => (1006, false, Cause::Server),
            End::Client | End::Lost => (1006, false, Cause::Lost),
        };
        assert_eq!((code, was_clean, cause), expected, "{draft}");
        let closes = usize::from(has_close && self.end != End::Lost);
        assert_eq!(came.closes.len(), closes, "{draft}: {:?}", came.closes);
    }
}

/// Whether `some` are left of `all` when others are taken away.
fn is_within(some: &[Vec<u8>], all: &[Vec<u8>]) -> bool {
    let mut all = all.iter();
    some.iter().all(|one| all.any(|other| other == one))
}

impl Payload {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Binary(bytes) => bytes.clone(),
            Self::Long { byte, len } => vec![*byte; usize::from(*len)],
        };
        bytes.truncate(LENGTH_MAX);
        bytes
    }

    fn any_message(&self) -> Message {
        match self {
            Self::Text(_) => Message::Text(String::from_utf8_lossy(&self.bytes()).into_owned()),
            Self::Long { byte, .. } if byte.is_ascii() => {
                Message::Text(String::from_utf8_lossy(&self.bytes()).into_owned())
            }
            Self::Long { .. } | Self::Binary(_) => Message::Binary(self.bytes()),
        }
    }

    /// What a client of this draft can send.
    fn message(&self, draft: Draft) -> Option<Message> {
        Some(self.any_message()).filter(|message| draft.has_binary() || matches!(message, Message::Text(_)))
    }
}

impl Message {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}
