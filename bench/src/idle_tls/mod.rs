//! Memory of an idle TLS connection: wsrack beside axum and Bun, each in a process of its own.

mod certificate;
mod peers;

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, StreamOwned};

use self::certificate::{CERTIFICATE, Certificate, KEY};
pub use self::peers::serve;
use crate::client::{self, Client};
use crate::process::Server;
use crate::{Error, Result, wire};

/// What is measured.
const SERVERS: [&str; 3] = ["wsrack", "axum", BUN];
const BUN: &str = "bun";

/// Connections before those that count: tables and caches have their size then.
const WARM: u32 = 300;

/// How the measurement is made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often each server is measured; what is reported is the median.
    pub rounds: usize,
    /// Connections that count.
    pub connections: u32,
}

/// Resident bytes of a connection.
#[derive(Clone, Copy, Debug)]
struct Bytes {
    /// After the handshakes of TLS and of the protocol.
    handshaken: f64,
    /// After one echo of 1 KiB as well.
    echoed: f64,
}

impl Plan {
    /// Reads `[--rounds N] [--connections N]`.
    ///
    /// # Errors
    ///
    /// Where a value is missing or no number, or an argument is another one.
    pub fn from_arguments(mut given: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self { rounds: 3, connections: 2_000 };
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match &*argument {
                "--rounds" => plan.rounds = value()?.parse::<usize>()?.max(1),
                "--connections" => plan.connections = value()?.parse::<u32>()?.max(1),
                _ => return Err(format!("`{argument}` is neither --rounds nor --connections").into()),
            }
        }
        Ok(plan)
    }

    /// Measures one server after the other; `report` gets a line for each.
    ///
    /// # Errors
    ///
    /// Where a server fails. That Bun is not there is a line as well.
    pub fn run(&self, mut report: impl FnMut(&str)) -> Result {
        let certificate = Certificate::generate()?;
        for name in SERVERS {
            let rounds = (0..self.rounds).map(|_| self.round(name, &certificate)).collect::<Result<Vec<_>>>();
            match rounds {
                Ok(rounds) => {
                    let handshaken = median(rounds.iter().map(|bytes| bytes.handshaken));
                    let echoed = median(rounds.iter().map(|bytes| bytes.echoed));
                    report(&format!("{name:<8} {handshaken:>18.0} {echoed:>18.0}"));
                }
                Err(error) if name == BUN && is_missing(&error) => {
                    report("skipped: bun is not there; .ci/install-tools bun installs it");
                }
                Err(error) => return Err(format!("{name}: {error}").into()),
            }
        }
        Ok(())
    }

    fn round(&self, name: &str, certificate: &Certificate) -> Result<Bytes> {
        let server =
            Server::start(command(name)?.env(CERTIFICATE, &certificate.chain).env(KEY, &certificate.key))?;
        let config = certificate.client()?;
        let (mut warm, mut counted) = (Vec::new(), Vec::new());
        for _ in 0..WARM {
            warm.push(connect(server.address(), &config)?);
        }
        echo(&mut warm)?;
        let before = settled(&server)?;
        for _ in 0..self.connections {
            counted.push(connect(server.address(), &config)?);
        }
        let handshaken = settled(&server)?;
        echo(&mut counted)?;
        let echoed = settled(&server)?;
        server.stop()?;
        let each = |after: f64| (after - before) / f64::from(self.connections);
        Ok(Bytes { handshaken: each(handshaken), echoed: each(echoed) })
    }
}

type TlsClient = Client<StreamOwned<ClientConnection, TcpStream>>;

/// Bun runs its script, the others are this program.
fn command(name: &str) -> Result<Command> {
    let mut command;
    if name == BUN {
        command = Command::new(BUN);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/bun.cjs"));
    } else {
        command = Command::new(std::env::current_exe()?);
        command.args(["--serve", name]);
    }
    Ok(command)
}

/// One after the other, so that no two handshakes are under way.
fn connect(server: SocketAddr, config: &Arc<ClientConfig>) -> Result<TlsClient> {
    let tls = ClientConnection::new(config.clone(), ServerName::try_from(certificate::NAME)?)?;
    Client::over(StreamOwned::new(tls, client::tcp(server)?), &wire::request("/"))
}

/// One message of 1 KiB on each, there and back.
fn echo(clients: &mut [TlsClient]) -> Result {
    let text = wire::text(1, 1024);
    let (sent, echoed) = (wire::masked(wire::TEXT, &text), wire::plain(wire::TEXT, &text));
    for client in clients {
        client.send(&sent)?;
        client.expect(&echoed)?;
    }
    Ok(())
}

/// Resident bytes once they have been the same for three seconds, or after half a minute: a garbage collector has its
/// time.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn settled(server: &Server) -> Result<f64> {
    const STEP: Duration = Duration::from_millis(100);
    let (mut resident, mut same) = (server.resident()?, 0);
    for _ in 0..300 {
        sleep(STEP);
        let now = server.resident()?;
        same = if now == resident { same + 1 } else { 0 };
        resident = now;
        if same == 30 {
            break;
        }
    }
    Ok(resident as f64)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn is_missing(error: &Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::NotFound)
}
