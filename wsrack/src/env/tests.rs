use std::{net::SocketAddr, sync::Arc};

use http::{Request, Version};

use super::{Env, Inner, Mount, Peer, Scheme};
use crate::draft::Draft;

mod getters;
mod memory;
mod rack_keys;

/// A request as hyper gives it, at an application mounted at the root.
fn received(request: Request<()>) -> Env {
    let (parts, ()) = request.into_parts();
    let peer = Peer::new(Scheme::Http, None, None);
    Env::new(&parts, &peer, &Mount { script_name: "", path_info: 0, params: &[] })
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}
