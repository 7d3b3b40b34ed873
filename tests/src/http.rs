//! A plain HTTP request, for what an example serves beside its WebSockets.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{Failure, Result};

/// Status and body of the answer to a GET of `url`, which is `http://HOST:PORT/…`.
///
/// # Errors
/// Where there is no whole answer within 20 seconds.
pub async fn get(url: &str) -> Result<(u16, String)> {
    let invalid = || Failure::new(format!("not a URL of an example: {url}"));
    let (authority, path) =
        url.strip_prefix("http://").and_then(|url| url.split_once('/')).ok_or_else(invalid)?;
    let answer = timeout(Duration::from_secs(20), async {
        let mut stream = TcpStream::connect(authority).await?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let answer = answer.await??;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| Failure::new(format!("no HTTP answer: {head}")))?;
    Ok((status, body.to_owned()))
}
