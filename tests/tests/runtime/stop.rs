//! The server stops while something is under way.

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};
use tokio::sync::Notify;
use tower::util::MapResponseLayer;
use wsrack::prelude::*;
use wsrack::{Body, Rejection};

use super::Told;

/// Lets nobody in before it is told to.
#[derive(Clone)]
struct Slow {
    told: Told,
    asked: Arc<Notify>,
    let_in: Arc<Notify>,
}

#[websocket_app]
impl Slow {
    #[on_upgrade]
    async fn ask(&self) -> Result<(), Rejection> {
        self.asked.notify_one();
        self.let_in.notified().await;
        Ok(())
    }

    #[on_open]
    fn open(&self) {
        self.told.tell("open");
    }

    #[on_close]
    fn close(&self) {
        self.told.tell("close");
    }

    #[on_stop]
    fn stop(&self) {
        self.told.tell("stop");
    }
}

fn slow() -> (Slow, super::Heard) {
    let (told, heard) = Told::new();
    (Slow { told, asked: Arc::default(), let_in: Arc::default() }, heard)
}

/// Not with the clock paused: it would not wait for what is on its way between two sockets.
#[tokio::test]
async fn who_is_let_in_while_the_server_stops_is_closed_before_on_stop() -> wsrack::Result {
    let (app, mut heard) = slow();
    let (asked, let_in) = (app.asked.clone(), app.let_in.clone());
    let options = Options::new().close_timeout(Duration::from_millis(100));
    let server = wsrack::routes! { "/" => app.with(options) }.bind("127.0.0.1:0").await?;
    let (address, handle) = (server.local_addr().expect("bound to TCP"), server.handle());
    let client = tokio::spawn(tokio_tungstenite::connect_async(format!("ws://{address}/")));
    let late = async {
        asked.notified().await;
        handle.stop();
        while !handle.addresses().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let_in.notify_one();
    };
    let (served, ()) = tokio::join!(server.serve(), late);
    served?;
    assert_eq!(heard.rest(), ["open", "close", "stop"]);
    let _connected = client.await;
    Ok(())
}

#[tokio::test]
async fn who_is_let_in_after_the_graceful_period_is_let_in_nowhere() -> wsrack::Result {
    let (app, mut heard) = slow();
    let (asked, let_in) = (app.asked.clone(), app.let_in.clone());
    let options = Options::new().handshake_timeout(Duration::from_mins(5));
    let server = wsrack::routes! { "/" => app.with(options) }.server().grace(Duration::from_millis(100));
    let server = server.bind("127.0.0.1:0").await?;
    let (address, handle) = (server.local_addr().expect("bound to TCP"), server.handle());
    let client = tokio::spawn(tokio_tungstenite::connect_async(format!("ws://{address}/")));
    let late = async {
        asked.notified().await;
        handle.stop();
    };
    let (served, ()) = tokio::join!(server.serve(), late);
    served?;
    let_in.notify_one();
    assert!(client.await.expect("the client does not panic").is_err());
    assert_eq!(heard.rest(), ["stop"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handshake_whose_answer_a_layer_replaces_opens_nothing() -> wsrack::Result {
    let (app, mut heard) = slow();
    app.let_in.notify_one();
    let refuse = |mut response: Response<Body>| {
        *response.status_mut() = StatusCode::FORBIDDEN;
        response
    };
    let server = wsrack::routes! {
        use MapResponseLayer::new(refuse);
        "/" => app,
    };
    let server = server.test().await?;
    let mut client = server.raw();
    client
        .write(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .await?;
    assert!(client.read_head().await?.starts_with("HTTP/1.1 403"));
    client.shutdown().await?;
    let _rest = client.read_to_end().await?;
    server.shutdown().await?;
    assert_eq!(heard.rest(), ["stop"]);
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_stops_leaves_the_socket_file_of_its_successor() -> wsrack::Result {
    let path = std::env::temp_dir().join(format!("wsrack-successor-{}.sock", std::process::id()));
    let first = wsrack::Routes::new().server().bind_unix(&path).await?;
    std::fs::remove_file(&path)?;
    let second = wsrack::Routes::new().server().bind_unix(&path).await?;
    drop(first);
    assert!(path.exists());
    drop(second);
    assert!(!path.exists());
    Ok(())
}
