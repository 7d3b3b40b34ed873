//! tokio-tungstenite, as its examples use it.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;

use crate::Result;

pub(super) async fn serve(stream: TcpStream) -> Result {
    let mut socket = tokio_tungstenite::accept_async(stream).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() || message.is_binary() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
