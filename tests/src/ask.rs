//! One question, one answer.

use crate::{Client, Result};

/// Sends a text; the text that comes back.
///
/// # Errors
/// Where it is not taken, or what comes is no text.
pub async fn ask(client: &mut Client, text: &str) -> Result<String> {
    client.send(text).await?;
    client.text().await
}
