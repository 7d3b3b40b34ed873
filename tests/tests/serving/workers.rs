//! A thread for each core, and what stays where it is.

use std::{
    collections::{HashMap, HashSet},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
    time::Duration,
};

use tokio::{
    net::{TcpStream, UnixStream},
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};
use wsrack::{Listen, ServerBuilder, prelude::*};
use wsrack_tests::{Client, Failure, Raw, Result, Served, ask, raw::frame};

use super::{Log, ours, unix::path};

/// How long any of it may take.
const PATIENCE: Duration = Duration::from_mins(1);

type Seen = Arc<Mutex<HashMap<u64, HashSet<ThreadId>>>>;

/// Notes on which threads each of its connections runs.
struct Watched {
    seen: Seen,
    log: Log,
    started: Option<ThreadId>,
}

impl Watched {
    fn note(&self, ws: &Socket) {
        self.seen.lock().unwrap().entry(ws.id()).or_default().insert(thread::current().id());
    }
}

#[websocket_app(shared, close_timeout = "1m")]
impl Watched {
    #[on_start]
    fn start(&mut self) {
        self.started = Some(thread::current().id());
    }

    #[on_open]
    fn open(&self, ws: &Socket) {
        self.note(ws);
    }

    #[on_message]
    async fn echo(&self, ws: &Socket, text: &str) -> String {
        tokio::task::yield_now().await;
        self.note(ws);
        let (own, seen) = (ws.clone(), self.seen.clone());
        ws.spawn(async move {
            seen.lock().unwrap().entry(own.id()).or_default().insert(thread::current().id());
        });
        text.to_owned()
    }

    #[on_close]
    fn close(&self, ws: &Socket) {
        self.note(ws);
    }

    #[on_stop]
    fn stop(&self) {
        let same = self.started == Some(thread::current().id());
        self.log.note(format_args!("stop on its thread: {same}"));
    }
}

fn watched() -> (Seen, Log, ServerBuilder) {
    let (seen, log) = (Seen::default(), Log::default());
    let app = Watched { seen: seen.clone(), log: log.clone(), started: None };
    (seen, log, wsrack::routes! { "/" => app }.server())
}

async fn serve(builder: ServerBuilder) -> Result<Served> {
    Served::bound(ours(ours(builder.bind_all())?.start().await)?, Hub::default())
}

#[tokio::test]
async fn connections_are_spread_over_threads_and_never_change() -> Result {
    let (seen, log, builder) = watched();
    let server = serve(builder.listen("127.0.0.1:0".parse()?).workers(3).blocking_threads(3)).await?;
    let mut clients = Vec::new();
    for _ in 0..60 {
        clients.push(Client::connect(server.ws("/")).await?);
    }
    for client in &mut clients {
        for message in ["one", "two", "three"] {
            assert_eq!(ask(client, message).await?, message);
        }
    }
    for client in clients {
        client.leave().await?;
    }
    server.stop().await?;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 60);
    assert!(seen.values().all(|threads| threads.len() == 1), "{seen:?}");
    let threads: HashSet<_> = seen.values().flatten().collect();
    assert_eq!(threads.len(), 3, "each has some");
    assert!(!threads.contains(&thread::current().id()));
    assert_eq!(log.take(), ["stop on its thread: true"]);
    Ok(())
}

#[tokio::test]
async fn workers_share_a_unix_socket() -> Result {
    let (seen, _, builder) = watched();
    let file = path()?;
    let server = ours(builder.listen(Listen::unix(&file)).workers(2).bind_all())?;
    let server = ours(server.start().await)?;
    let (handle, serving) = (server.handle(), tokio::spawn(server.serve()));
    for _ in 0..20 {
        Raw::over(UnixStream::connect(&file).await?).upgrade("/").await?;
    }
    handle.stop();
    ours(serving.await?)?;
    assert_eq!(seen.lock().unwrap().len(), 20);
    Ok(())
}

/// Hands the sockets of `count` workers over to those of `next`, with connections in the queue that nobody has
/// accepted.
async fn change(count: usize, next: usize) -> Result {
    let (_, _, builder) = watched();
    let first = ours(builder.listen("127.0.0.1:0".parse()?).workers(count).bind_all())?;
    let addr = first.local_addr().unwrap();
    let first = ours(first.start().await)?;
    let sockets = first.handle().sockets()?;
    assert_eq!(sockets.len(), count);
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(TcpStream::connect(addr).await?);
    }
    let handle = first.handle();
    handle.restart();
    ours(first.serve().await)?;
    assert!(handle.sockets()?.is_empty() && handle.addresses().is_empty());

    let (seen, _, builder) = watched();
    let builder = sockets.into_iter().fold(builder, ServerBuilder::inherit);
    let second = serve(builder.listen(addr.into()).workers(next)).await?;
    assert_eq!(second.addr(), addr);
    assert_eq!(second.handle().sockets()?.len(), count.max(next));
    for _ in 0..40 {
        waiting.push(TcpStream::connect(addr).await?);
    }
    for stream in waiting {
        Raw::over(stream).upgrade("/").await?;
    }
    second.stop().await?;
    assert_eq!(seen.lock().unwrap().len(), 80, "nobody was lost");
    Ok(())
}

#[tokio::test]
async fn fewer_workers_lose_nobody_who_waits() -> Result {
    change(2, 1).await?;
    change(3, 2).await
}

#[tokio::test]
async fn more_workers_lose_nobody_who_waits() -> Result {
    change(1, 2).await?;
    change(2, 3).await
}

#[tokio::test]
async fn a_socket_of_somebody_else_is_joined() -> Result {
    let (seen, _, builder) = watched();
    let theirs = TcpListener::bind("127.0.0.1:0")?;
    let addr: SocketAddr = theirs.local_addr()?;
    let server = serve(builder.inherit(theirs).workers(2)).await?;
    for _ in 0..40 {
        Raw::open(addr, "/").await?;
    }
    server.stop().await?;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.values().flatten().collect::<HashSet<_>>().len(), 2);
    Ok(())
}

/// Clients connect all the while that a server hands over to another: each is served by one of them.
async fn restart(workers: usize, next: usize) -> Result {
    let (_, _, builder) = watched();
    let first = serve(builder.listen("127.0.0.1:0".parse()?).workers(workers)).await?;
    let addr = first.addr();
    let (open, mut opened) = watch::channel(0);
    let (restarted, over) = watch::channel(false);
    let clients = tokio::spawn(async move {
        let (mut clients, mut late) = (Vec::new(), 0);
        // Some before it, some while it happens, and some when it is over.
        while late < 50 {
            // Some have connected and not asked yet when it comes.
            let mut raw = Raw::connect(addr).await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
            late += usize::from(*over.borrow());
            raw.upgrade("/").await?;
            clients.push(raw);
            open.send_replace(clients.len());
        }
        Ok::<_, Failure>(clients)
    });
    timeout(PATIENCE, opened.wait_for(|open| *open >= 50)).await??;
    let (_, _, builder) = watched();
    let builder = first.handle().sockets()?.into_iter().fold(builder, ServerBuilder::inherit);
    let second = serve(builder.workers(next)).await?;
    first.handle().restart();
    restarted.send_replace(true);
    let clients = timeout(PATIENCE, clients).await???;
    assert!(clients.len() >= 100);
    let told = clients.into_iter().map(|mut raw| async move {
        let (_, payload) = raw.frame().await?;
        raw.send(frame(0x88, &payload[..2])).await?;
        assert_eq!(raw.rest().await?, b"");
        Ok::<_, Failure>(u16::from_be_bytes([payload[0], payload[1]]))
    });
    let told: JoinSet<_> = told.collect();
    let (one, two) = tokio::join!(first.stop(), second.stop());
    one.and(two)?;
    let codes: Vec<_> = told.join_all().await.into_iter().collect::<Result<_>>()?;
    let (stopped, restarted) = (1001, 1012);
    assert!(codes.iter().all(|code| [stopped, restarted].contains(code)), "{codes:?}");
    assert!(codes.contains(&stopped) && codes.contains(&restarted), "{codes:?}");
    Ok(())
}

#[tokio::test]
async fn a_restart_loses_nobody_who_comes() -> Result {
    restart(1, 1).await?;
    restart(2, 1).await?;
    restart(1, 2).await
}

/// Does not give its thread back until the test ends.
struct Blocks(mpsc::UnboundedSender<()>, Arc<Mutex<std::sync::mpsc::Receiver<()>>>);

#[websocket_app]
impl Blocks {
    #[on_message]
    fn block(&self) {
        let _test_is_over = self.0.send(());
        let _released = self.1.lock().unwrap().recv();
    }
}

#[tokio::test]
async fn a_thread_that_a_handler_blocks_holds_up_no_stop_for_ever() -> Result {
    let (at_work, mut works) = mpsc::unbounded_channel();
    let (release, released) = std::sync::mpsc::channel();
    let routes = wsrack::routes! { "/" => Blocks(at_work, Arc::new(Mutex::new(released))) };
    let server = ours(routes.server().workers(1).bind("127.0.0.1:0").await)?;
    let handle = server.handle();
    let served = Served::bound(server, Hub::default())?;
    let mut client = Client::connect(served.ws("/")).await?;
    client.send("block").await?;
    works.recv().await;
    handle.stop_now();
    served.stop().await?;
    drop(release);
    Ok(())
}
