//! What has to be right before anybody is served.

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, time::timeout};
use wsrack::prelude::*;
use wsrack_tests::{Client, Raw, Result, Served, ask, free_ports};

use super::{Echo, Log, ours};

/// Notes its start and its stop; `broken` does not start.
struct Noted(&'static str, Log);

#[websocket_app]
impl Noted {
    #[on_start]
    async fn start(&mut self) -> wsrack::Result {
        tokio::task::yield_now().await;
        self.1.note(format_args!("start {}", self.0));
        if self.0 == "broken" { Err("7x".parse::<u8>().unwrap_err().into()) } else { Ok(()) }
    }

    #[on_stop]
    fn stop(&self) {
        self.1.note(format_args!("stop {}", self.0));
    }
}

#[tokio::test]
async fn applications_start_in_order_before_anybody_is_served_and_stop_in_reverse() -> Result {
    let log = Log::default();
    let noted = |name| Noted(name, log.clone());
    let server = Served::start(wsrack::routes! {
        "/z" => noted("first"),
        "/in" => { "/y" => noted("second") },
        "/a" => noted("third"),
    })
    .await?;
    assert_eq!(log.take(), ["start first", "start second", "start third"]);
    Client::connect(server.ws("/in/y")).await?.leave().await?;
    server.stop().await?;
    assert_eq!(log.take(), ["stop third", "stop second", "stop first"]);
    Ok(())
}

#[tokio::test]
async fn where_one_does_not_start_the_others_are_stopped_and_the_port_is_free() -> Result {
    let log = Log::default();
    let noted = |name| Noted(name, log.clone());
    let routes = wsrack::routes! { "/1" => noted("first"), "/2" => noted("broken"), "/3" => noted("third") };
    let free: SocketAddr = ([127, 0, 0, 1], free_ports(1)?).into();
    let error = routes.bind(free).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert_eq!(log.take(), ["start first", "start broken", "stop first"]);
    assert!(TcpListener::bind(free).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_port_in_use_is_named_and_nothing_has_started() -> Result {
    let taken = TcpListener::bind("127.0.0.1:0").await?;
    let address = taken.local_addr()?;
    let log = Log::default();
    let error = wsrack::routes! { "/" => Noted("first", log.clone()) }.bind(address).await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot listen on {address}: ")) && text.contains("in use"), "{text}");
    assert!(log.take().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    let error = wsrack::routes! { "/" => Echo }.bind("127.0.0.1:port").await.unwrap_err();
    assert!(error.to_string().starts_with("cannot listen"), "{error}");
}

#[tokio::test]
async fn clients_wait_until_the_server_serves() -> Result {
    let server = ours(wsrack::routes! { "/" => Echo }.bind("127.0.0.1:0").await)?;
    let early = Raw::connect(server.local_addr().unwrap()).await?;
    let served = Served::bound(server, Hub::default())?;
    let mut early = early;
    early.upgrade("/").await?;
    drop(early);
    served.stop().await
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_before_it_serves_stops_at_once() -> Result {
    let log = Log::default();
    let server = ours(wsrack::routes! { "/" => Noted("only", log.clone()) }.bind("127.0.0.1:0").await)?;
    server.handle().stop();
    ours(timeout(Duration::from_mins(1), server.serve()).await?)?;
    assert_eq!(log.take(), ["start only", "stop only"]);
    Ok(())
}

#[tokio::test]
async fn two_servers_in_one_process_do_not_meet() -> Result {
    struct Room;

    #[websocket_app]
    impl Room {
        #[on_open]
        fn join(&self, ws: &Socket) -> wsrack::Result<&'static str> {
            ws.subscribe("room")?;
            Ok("joined")
        }

        #[on_message]
        fn say(&self, hub: &Hub, text: Text) -> wsrack::Result {
            hub.publish("room", text)?;
            Ok(())
        }
    }

    let one = Served::start(wsrack::routes! { "/" => Room }).await?;
    let two = Served::start(wsrack::routes! { "/" => Room }).await?;
    let mut in_one = Client::connect(one.ws("/")).await?;
    let mut in_two = Client::connect(two.ws("/")).await?;
    assert_eq!((in_one.text().await?, in_two.text().await?), ("joined".to_owned(), "joined".to_owned()));
    assert_eq!((one.hub().subscribers("room"), two.hub().subscribers("room")), (1, 1));
    assert_eq!(ask(&mut in_one, "to one").await?, "to one");
    assert_eq!(ask(&mut in_two, "to two").await?, "to two");

    drop(in_one);
    one.stop().await?;
    assert_eq!(ask(&mut in_two, "still here").await?, "still here");
    drop(in_two);
    two.stop().await
}

#[tokio::test]
async fn one_thread_serves_many() -> Result {
    converse().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_threads_serve_many() -> Result {
    converse().await
}

/// Fifty clients at once, each of which gets its own echoes in its own order.
async fn converse() -> Result {
    let server = Served::start(wsrack::routes! { "/" => Echo }).await?;
    let clients = (0..50).map(|client| {
        let url = server.ws("/");
        tokio::spawn(async move {
            let mut socket = Client::connect(url).await?;
            for message in 0..20 {
                socket.send(format!("{client}/{message}")).await?;
            }
            for message in 0..20 {
                assert_eq!(socket.text().await?, format!("{client}/{message}"));
            }
            socket.leave().await
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await??;
    }
    server.stop().await
}
