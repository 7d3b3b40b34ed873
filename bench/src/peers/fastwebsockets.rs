//! fastwebsockets behind hyper, as in its echo example.

use fastwebsockets::{FragmentCollector, OpCode, upgrade};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

pub(super) async fn serve(stream: TcpStream) -> Result {
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
    Ok(connection.with_upgrades().await?)
}

async fn answer(
    mut request: hyper::Request<Incoming>,
) -> std::result::Result<
    hyper::Response<http_body_util::Empty<hyper::body::Bytes>>,
    fastwebsockets::WebSocketError,
> {
    let (response, upgraded) = upgrade::upgrade(&mut request)?;
    tokio::spawn(async move {
        // A client that goes away is no matter here.
        let _ended = echo(upgraded).await;
    });
    Ok(response)
}

async fn echo(upgraded: upgrade::UpgradeFut) -> Result {
    let mut socket = FragmentCollector::new(upgraded.await?);
    loop {
        let frame = socket.read_frame().await?;
        match frame.opcode {
            OpCode::Close => return Ok(()),
            OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
            _ => {}
        }
    }
}
