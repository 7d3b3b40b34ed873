//! TLS as clients see it: certificates, names, who may come, what changes while it runs, other people's clients.

#![cfg(test)]

mod certificates;
mod clients;
mod conversation;
mod deadlines;
mod interop;
mod reload;
mod stop;

use wsrack::prelude::*;
use wsrack::{Routes, ServerBuilder, Tls};
use wsrack_tests::{Authority, Failure, Result, Served, authority::Certified};

/// Tells how its client came, then sends back what comes.
struct Echo;

#[websocket_app(drafts = "all")]
impl Echo {
    #[on_open]
    fn open(&self, env: &Env, socket: &Socket) -> wsrack::Result {
        if env.query() == "tell" {
            let certificates: Vec<_> = env.peer_certificates().map(<[u8]>::len).collect();
            socket.send_data(format!("{} {certificates:?}", env["rack.url_scheme"].as_str()))?;
            socket.send_data(env["rack.peer_cert"].to_string())?;
        }
        Ok(())
    }

    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}

fn routes() -> Routes {
    wsrack::routes! { "/" => Echo }
}

/// For a `wsrack::Result` where the harness's is asked for.
fn ours<T>(result: wsrack::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}

/// A server with a certificate of the authority's, for `localhost`.
async fn served(authority: &Authority) -> Result<Served> {
    let certified = authority.certify(&["localhost", "127.0.0.1"])?;
    serve(routes().server().tls(tls(&certified)?)).await
}

async fn serve(builder: ServerBuilder) -> Result<Served> {
    Served::bound(ours(builder.bind("127.0.0.1:0").await)?, wsrack::Hub::default())
}

fn tls(certified: &Certified) -> Result<Tls> {
    ours(Tls::from_pem(certified.pem(), certified.key_pem()))
}
