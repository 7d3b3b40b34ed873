//! Connections through the routes, below axum, over TCP.

use std::net::SocketAddr;
use std::time::Duration;

use ::axum::Router;
use ::http::{Request, Response, StatusCode};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as ClientError, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use tower::util::MapRequestLayer;

use super::{call, get, probe};
use crate::body::Body;
use crate::env::Env;
use crate::routes::{Routes, RoutesService};
use crate::{Extension, Socket, websocket_app};

const LIMIT: Duration = Duration::from_secs(5);

/// Tells where it was reached, and its end.
struct Where(mpsc::UnboundedSender<&'static str>);

#[websocket_app]
impl Where {
    #[on_open]
    fn open(&self, env: &Env, layer: Extension<&'static str>, ws: &Socket) -> crate::Result {
        let (uri, script_name, path_info) = (env.uri(), env.script_name(), env.path_info());
        let room = env.param("room").unwrap_or_default();
        let _ = self.0.send("opened");
        ws.send_data(format!("{uri} [{script_name}] [{path_info}] {room} {}", layer.0))?;
        Ok(())
    }

    #[on_close]
    fn close(&self) {
        let _ = self.0.send("closed");
    }

    #[on_stop]
    fn stop(&self) {
        let _ = self.0.send("stopped");
    }
}

fn routes() -> (Routes, mpsc::UnboundedReceiver<&'static str>) {
    let (log, events) = mpsc::unbounded_channel();
    let layer = MapRequestLayer::new(|mut request: Request<Body>| {
        request.extensions_mut().insert("from a layer");
        request
    });
    let routes = crate::routes! {
        "/" => probe("root"),
        "/rooms" => {
            use layer;
            "/{room}" => Where(log),
        },
    };
    (routes, events)
}

/// Serves axum with the routes at `/live` and everywhere else.
async fn serve(service: RoutesService) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().nest_service("/live", service.clone()).fallback_service(service);
    tokio::spawn(async move { ::axum::serve(listener, router).await });
    address
}

async fn connect(address: SocketAddr, path: &str) -> Result<WebSocketStream<TcpStream>, ClientError> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, _) = timeout(LIMIT, client_async(format!("ws://{address}{path}"), stream)).await.unwrap()?;
    Ok(client)
}

async fn next(client: &mut WebSocketStream<TcpStream>) -> Message {
    let message = std::future::poll_fn(|cx| futures_core::Stream::poll_next(std::pin::Pin::new(client), cx));
    timeout(LIMIT, message).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn an_application_sees_the_target_as_received_and_its_parts() {
    let (routes, _events) = routes();
    let address = serve(routes.start().await.unwrap().service()).await;
    for (path, seen) in [
        ("/rooms//7/x?a=1", "/rooms//7/x?a=1 [/rooms/7] [/x] 7 from a layer"),
        ("/rooms/caf%C3%A9", "/rooms/caf%C3%A9 [/rooms/caf%C3%A9] [] café from a layer"),
        ("/live/rooms/7/", "/rooms/7/ [/rooms/7] [/] 7 from a layer"),
    ] {
        let mut client = connect(address, path).await.unwrap();
        assert_eq!(next(&mut client).await, Message::text(seen));
    }
}

#[tokio::test]
async fn what_is_no_application_answers_in_http() {
    let (routes, _events) = routes();
    let service = routes.start().await.unwrap().service();
    let address = serve(service.clone()).await;
    let Err(ClientError::Http(answer)) = connect(address, "/rooms").await else {
        panic!("no answer in HTTP")
    };
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);

    let plain: Response<String> = call(&service, get("/rooms/7")).await;
    assert_eq!(plain.status(), StatusCode::UPGRADE_REQUIRED);
}

#[tokio::test]
async fn a_shutdown_closes_the_connections_and_then_stops_the_applications() {
    let (routes, mut events) = routes();
    let running = routes.start().await.unwrap();
    let mut client = connect(serve(running.service()).await, "/rooms/7").await.unwrap();
    next(&mut client).await;

    let shutdown = tokio::spawn(running.shutdown());
    let Message::Close(Some(close)) = next(&mut client).await else { panic!("no close frame") };
    assert_eq!(close.code, CloseCode::Away);
    drop(client);
    timeout(LIMIT, shutdown).await.unwrap().unwrap().unwrap();
    let mut seen = Vec::new();
    events.recv_many(&mut seen, 3).await;
    assert_eq!(seen, ["opened", "closed", "stopped"]);
}
