//! A restart under load: nobody is refused, nobody is reset, and every message is accounted for.

use std::{
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use rustix::process::Signal;
use tokio::{
    net::TcpStream,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};
use wsrack_tests::{Failure, Result, Site, signal};

use crate::{PID, TALLIED};

/// How many sessions are open when the server restarts.
const SESSIONS: usize = 500;

/// 200 a second connect beside them.
const BETWEEN_CALLERS: Duration = Duration::from_millis(5);

/// Each session sends so many messages at a time, so that some are under way at any moment.
const BURST: usize = 3;

const BETWEEN_BURSTS: Duration = Duration::from_millis(150);

/// In which all sessions are closed: the default of `--drain-period`, and what a busy machine takes more.
const PERIOD: Duration = Duration::from_secs(10 + 15);

/// How long a session or a caller may take in all.
const PATIENCE: Duration = Duration::from_mins(2);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a session went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// How many of its messages came back, all in order.
    answered: u64,
    /// What the server closed it with; `None` where the client has.
    code: Option<u16>,
}

#[derive(Clone, Copy, Debug)]
enum By {
    Command,
    Signal,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_loses_nobody() -> Result {
    loses_nobody(2, 2, By::Command).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_hup_with_fewer_workers() -> Result {
    loses_nobody(2, 1, By::Signal).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_one_with_more_of_them() -> Result {
    loses_nobody(1, 2, By::Command).await
}

async fn loses_nobody(before: usize, after: usize, by: By) -> Result {
    let site = Site::new(TALLIED)?;
    // Whoever is slow to answer its close frame, on a busy machine, is waited for.
    let options = "[options]\nclose_timeout = \"25s\"\n";
    let settings =
        |workers| fs::write(site.path("app.toml"), format!("port = 0\nworkers = {workers}\n{options}"));
    settings(before)?;
    let mut command = site.command(&["start", "-d", "-C", "app.toml"]);
    command.env("TALLY", site.path("tally")).env("WSRACK_ENV", "production");
    let url = format!("ws://{}/", crate::authority(&site.finish(command).await?)?);
    let old = site.pid(PID)?;

    let mut sessions = JoinSet::new();
    let (begun, mut talking) = watch::channel(0);
    for _ in 0..SESSIONS {
        sessions.spawn(session(connect(&url).await?, begun.clone()));
    }
    let callers = Callers::start(url);
    let all_talk = async { talking.wait_for(|talking| *talking == SESSIONS).await.map(drop) };
    tokio::select! {
        talk = timeout(PATIENCE, all_talk) => talk??,
        Some(ended) = sessions.join_next() => return Err(Failure::new(format!("too soon: {ended:?}"))),
    }
    sleep(Duration::from_millis(500)).await;

    settings(after)?;
    match by {
        By::Command => drop(site.ok(&["restart", "-C", "app.toml"]).await?),
        By::Signal => signal(old, Signal::HUP)?,
    }
    let restarted = Instant::now();
    let mut answered = 0;
    for end in timeout(PATIENCE, sessions.join_all()).await? {
        let End { answered: own, code } = end?;
        assert_eq!(code, Some(1012), "a session has to hear that the server restarts");
        assert!(own > 0);
        answered += own;
    }
    assert!(restarted.elapsed() < PERIOD, "all have to be told within the period");
    site.until("the end of the old process", || !site.processes().contains(&old)).await?;
    sleep(Duration::from_millis(500)).await;

    let (calls, of_callers) = callers.stop().await?;
    assert!(calls >= 200, "{calls} callers are too few to show anything");
    site.ok(&["stop", "-C", "app.toml"]).await?;
    let tally: Vec<u64> =
        site.read("tally").lines().map(str::parse).collect::<std::result::Result<_, _>>()?;
    assert_eq!(tally.len(), 2, "the old process and the new one: {tally:?}");
    assert_eq!(tally.iter().sum::<u64>(), answered + of_callers, "what was received was answered: {tally:?}");
    Ok(())
}

async fn connect(url: &str) -> Result<Socket> {
    let (socket, _) = timeout(PATIENCE, connect_async(url)).await??;
    Ok(socket)
}

/// Sends numbers until the server closes; counts itself once it has had an answer.
async fn session(mut socket: Socket, begun: watch::Sender<usize>) -> Result<End> {
    let (mut sent, mut answered) = (0u64, 0u64);
    let mut bursts = interval(BETWEEN_BURSTS);
    bursts.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut code = None;
    let talk = async {
        loop {
            tokio::select! {
                _ = bursts.tick(), if code.is_none() => {
                    for _ in 0..BURST {
                        // The server may close meanwhile: that is read below.
                        if socket.feed(Message::text(sent.to_string())).await.is_ok() {
                            sent += 1;
                        }
                    }
                    let _closing = socket.flush().await;
                }
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        assert_eq!(text.as_str(), answered.to_string(), "out of order, or lost");
                        if answered == 0 {
                            begun.send_modify(|begun| *begun += 1);
                        }
                        answered += 1;
                    }
                    Some(Ok(Message::Close(Some(close)))) => code = Some(close.code.into()),
                    Some(Ok(_)) => {}
                    None => return Ok(()),
                    Some(Err(error)) => return Err(error),
                }
            }
        }
    };
    timeout(PATIENCE, talk).await??;
    assert!(answered <= sent);
    Ok(End { answered, code })
}

/// Clients that come, have one message sent back, and go.
struct Callers {
    calls: JoinHandle<Result<(u64, u64)>>,
    enough: Arc<AtomicBool>,
}

impl Callers {
    fn start(url: String) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let over = enough.clone();
        let calls = tokio::spawn(async move {
            let mut calls = JoinSet::new();
            let mut next = interval(BETWEEN_CALLERS);
            while !over.load(Ordering::Relaxed) {
                next.tick().await;
                calls.spawn(call(url.clone()));
            }
            let (mut count, mut answered) = (0, 0);
            while let Some(call) = calls.join_next().await {
                count += 1;
                answered += call??;
            }
            Ok((count, answered))
        });
        Self { calls, enough }
    }

    /// How many there were, and how many of their messages came back.
    async fn stop(self) -> Result<(u64, u64)> {
        self.enough.store(true, Ordering::Relaxed);
        timeout(PATIENCE, self.calls).await??
    }
}

/// One caller: how many messages came back. The server may close it before that, and do nothing else.
async fn call(url: String) -> Result<u64> {
    let what = |step: &str, error: Error| {
        let how = match &error {
            Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "refused",
            Error::Io(error) if error.kind() == io::ErrorKind::ConnectionReset => "reset",
            _ => "lost",
        };
        Failure::new(format!("a caller was {how} {step}: {error:?}"))
    };
    let (mut socket, _) =
        timeout(PATIENCE, connect_async(url)).await?.map_err(|error| what("as it came", error))?;
    let sent = socket.send(Message::text("one")).await;
    match timeout(PATIENCE, socket.next()).await? {
        Some(Ok(Message::Text(_))) => {
            // It may be closed at the same moment.
            let _closed = socket.close(None).await;
            Ok(1)
        }
        Some(Ok(Message::Close(Some(close)))) if u16::from(close.code) == 1012 => Ok(0),
        Some(Err(error)) => Err(what("as it waited", error)),
        other => Err(Failure::new(format!("a caller was sent {other:?} ({sent:?})"))),
    }
}
