//! What all this is about.

use crate::{Result, apps};

pub(super) async fn serve() -> Result {
    let server = apps::routes().bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    super::announce(server.local_addr().ok_or("no address")?);
    server.serve().await.map_err(|error| error.to_string().into())
}
