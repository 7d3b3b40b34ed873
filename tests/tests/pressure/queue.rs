//! What waits to be sent is bounded by `send_queue`: what happens at the bound, and to whom.

use std::time::Duration;

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::yield_now,
    time::timeout,
};
use wsrack::prelude::*;
use wsrack_tests::{Client, Failure, Raw, Result, Served, raw::frame};

/// The queue's bound here.
const QUEUE: usize = 256 << 10;

/// Bytes of each message of a flood, its number first.
const MESSAGE: usize = 16 << 10;

/// What a frame adds, at the most.
const HEADER: usize = 14;

/// What a handler tells the test.
#[derive(Debug)]
enum Told {
    Opened(Socket),
    /// A message found no room, while so many bytes waited.
    Full(usize),
    /// These were taken, of a flood that is over.
    Taken(Vec<u32>),
    Closed(Close),
}

/// Sends as fast as it can: `flood` until it is told that the connection is closed, or until 50 messages found no room;
/// `burst` as many as there is room for, without ever giving way; and `room` as many as have room for sure.
struct Flood(UnboundedSender<Told>);

#[websocket_app(send_queue = "256 KiB", ping_interval = "off", idle_timeout = "off")]
impl Flood {
    #[on_open]
    fn open(&self, ws: Socket) -> wsrack::Result {
        ws.subscribe("all")?;
        self.tell(Told::Opened(ws));
        Ok(())
    }

    #[on_message]
    async fn send(&self, ws: &Socket, what: &str) {
        let (mut taken, mut refused) = (Vec::new(), 0);
        for number in 0.. {
            match ws.send_data(message(number)) {
                Ok(()) => taken.push(number),
                Err(SendError::Full) if what == "flood" && refused < 50 => {
                    refused += 1;
                    self.tell(Told::Full(ws.queued()));
                    yield_now().await;
                }
                Err(_) => break,
            }
            if what == "room" && (taken.len() + 1) * (MESSAGE + HEADER) > QUEUE {
                break;
            }
        }
        self.tell(Told::Taken(taken));
    }

    #[on_close]
    fn close(&self, close: Close) {
        self.tell(Told::Closed(close));
    }
}

impl Flood {
    fn tell(&self, told: Told) {
        // A test that has seen enough no longer listens.
        let _deaf = self.0.send(told);
    }
}

fn message(number: u32) -> Vec<u8> {
    let mut message = vec![0; MESSAGE];
    message[..4].copy_from_slice(&number.to_be_bytes());
    message
}

fn number(message: &[u8]) -> u32 {
    assert_eq!(message.len(), MESSAGE);
    message.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A server, and what its handlers tell.
struct Setting {
    server: Served,
    told: UnboundedReceiver<Told>,
}

impl Setting {
    async fn new(options: Options) -> Result<Self> {
        let (sender, told) = unbounded_channel();
        let server = Served::start(wsrack::routes! { "/" => Flood(sender).with(options) }).await?;
        Ok(Self { server, told })
    }

    async fn told(&mut self) -> Result<Told> {
        let told = timeout(Duration::from_secs(20), self.told.recv()).await?;
        told.ok_or_else(|| Failure::new("the application is gone"))
    }

    async fn opened(&mut self) -> Result<Socket> {
        match self.told().await? {
            Told::Opened(socket) => Ok(socket),
            other => Err(Failure::unexpected(&other)),
        }
    }

    async fn taken(&mut self) -> Result<Vec<u32>> {
        loop {
            match self.told().await? {
                Told::Taken(taken) => return Ok(taken),
                Told::Full(_) => {}
                other => return Err(Failure::unexpected(&other)),
            }
        }
    }

    async fn closed(&mut self) -> Result<Close> {
        loop {
            match self.told().await? {
                Told::Closed(close) => return Ok(close),
                Told::Full(_) | Told::Taken(_) => {}
                Told::Opened(_) => return Err(Failure::new("opened once more")),
            }
        }
    }
}

/// Full with less than one message to go.
fn assert_full(queued: usize) {
    assert!(queued <= QUEUE && queued + MESSAGE + HEADER > QUEUE, "{queued}");
}

fn assert_too_slow(close: &Close) {
    assert_eq!((close.cause, close.code, close.was_clean), (Cause::SlowClient, CloseCode::POLICY, false));
}

#[tokio::test]
async fn a_client_that_never_reads_what_a_handler_sends_is_closed_at_the_bound() -> Result {
    let mut setting = Setting::new(Options::new()).await?;
    let mut client = Raw::open(setting.server.addr(), "/").await?;
    let socket = setting.opened().await?;
    client.send(frame(0x81, b"flood")).await?;
    let mut fulls = 0;
    loop {
        match setting.told().await? {
            Told::Full(queued) => assert_full(queued),
            Told::Taken(_) => {}
            Told::Closed(close) => break assert_too_slow(&close),
            Told::Opened(_) => return Err(Failure::new("opened once more")),
        }
        fulls += 1;
    }
    assert!(fulls > 0);
    assert!(socket.is_closed() && socket.send_data("late").is_err());
    setting.server.stop().await
}

#[tokio::test]
async fn a_client_that_never_reads_what_is_published_is_closed_at_the_bound() -> Result {
    let mut setting = Setting::new(Options::new()).await?;
    let mut reader = Client::connect(setting.server.ws("/")).await?;
    setting.opened().await?;
    let _never_reads = Raw::open(setting.server.addr(), "/").await?;
    let socket = setting.opened().await?;

    let mut most = 0;
    while !socket.is_closed() {
        setting.server.hub().publish("all", message(7))?;
        most = most.max(socket.queued());
        assert_eq!(number(&reader.binary().await?), 7, "whoever reads gets all");
    }
    assert_full(most);
    assert_too_slow(&setting.closed().await?);
    assert_eq!(setting.server.hub().subscribers("all"), 1);
    reader.leave().await?;
    setting.server.stop().await
}

#[tokio::test]
async fn with_the_policy_drop_the_slow_stay_and_get_what_was_taken() -> Result {
    let mut setting = Setting::new(Options::new().slow_client(wsrack::SlowClient::Drop)).await?;
    let mut client = Client::connect(setting.server.ws("/")).await?;
    let socket = setting.opened().await?;
    client.send("flood").await?;
    let taken = setting.taken().await?;
    assert!(!socket.is_closed());
    assert_full(socket.queued());
    for expected in taken {
        assert_eq!(number(&client.binary().await?), expected);
    }
    client.send("room").await?;
    assert_eq!(setting.taken().await?.len(), QUEUE / (MESSAGE + HEADER));
    drop(client);
    setting.server.stop().await
}

#[tokio::test]
async fn a_burst_within_the_queue_arrives_whole() -> Result {
    let mut setting = Setting::new(Options::new()).await?;
    let mut client = Client::connect(setting.server.ws("/")).await?;
    setting.opened().await?;
    for _ in 0..20 {
        client.send("room").await?;
        let taken = setting.taken().await?;
        assert_eq!(taken.len(), QUEUE / (MESSAGE + HEADER), "nothing was refused");
        for expected in taken {
            assert_eq!(number(&client.binary().await?), expected);
        }
    }
    client.leave().await?;
    assert_eq!(setting.closed().await?.cause, Cause::Client);
    setting.server.stop().await
}

#[tokio::test]
async fn a_burst_beyond_the_queue_is_refused_and_closes_nothing() -> Result {
    let mut setting = Setting::new(Options::new()).await?;
    let mut client = Client::connect(setting.server.ws("/")).await?;
    setting.opened().await?;
    for _ in 0..20 {
        client.send("burst").await?;
        let taken = setting.taken().await?;
        assert_eq!(taken.len(), QUEUE / (MESSAGE + HEADER));
        for expected in taken {
            assert_eq!(number(&client.binary().await?), expected);
        }
    }
    client.leave().await?;
    assert_eq!(setting.closed().await?.cause, Cause::Client);
    setting.server.stop().await
}
