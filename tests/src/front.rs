//! A proxy of somebody else's in front of a server: nginx or haproxy, as a child process on a free port.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use socket2::{Domain, Socket, Type};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{interval, timeout},
};

use crate::{Failure, Result, Tool};

/// How long a proxy may take until it listens.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running proxy. Dropping it kills the process and removes what it was configured with.
#[derive(Debug)]
pub struct Front {
    addr: SocketAddr,
    folder: PathBuf,
    child: Child,
    /// Keeps the port, also before the proxy has it.
    _port: Socket,
}

impl Front {
    /// nginx, with its module for streams. `sections` is what stands beside `events`, and `LISTEN` in it becomes the
    /// address.
    ///
    /// `None`, after a line that says so, where nginx is missing.
    ///
    /// # Errors
    /// As [`Tool::find`], and where it does not start.
    pub async fn nginx(sections: &str) -> Result<Option<Self>> {
        let Some(program) = Tool::Nginx.find("a proxy in front")? else { return Ok(None) };
        let (port, addr) = port("127.0.0.1:0")?;
        let folder = folder()?;
        let place = folder.display();
        let config = format!(
            "load_module {};\ndaemon off;\nmaster_process off;\npid {place}/pid;\nerror_log stderr;\n\
             events {{}}\n{}",
            Tool::NGINX_STREAM,
            sections.replace("LISTEN", &format!("{addr} reuseport")).replace("FOLDER", &place.to_string()),
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, config)?;
        let mut command = Command::new(program);
        command.arg("-e").arg("stderr").arg("-p").arg(&folder).arg("-c").arg(file);
        Self { addr, folder, child: spawn(command)?, _port: port }.ready().await.map(Some)
    }

    /// haproxy; `sections` follows `global`, and `LISTEN` in it becomes the address to bind. `host` is where it listens.
    ///
    /// `None`, after a line that says so, where haproxy is missing.
    ///
    /// # Errors
    /// As [`Tool::find`], and where it does not start, or nobody can listen at `host`.
    pub async fn haproxy(host: &str, sections: &str) -> Result<Option<Self>> {
        let Some(program) = Tool::Program("haproxy").find("a proxy in front")? else { return Ok(None) };
        let (port, addr) = port(host)?;
        let folder = folder()?;
        let file = folder.join("haproxy.cfg");
        let config = format!(
            "global\n  nbthread 1\n  maxconn 100\ndefaults\n  timeout connect 30s\n  timeout client 30s\n  \
             timeout server 30s\n{}",
            sections.replace("LISTEN", &addr.to_string())
        );
        fs::write(&file, config)?;
        let mut command = Command::new(program);
        command.arg("-db").arg("-f").arg(file);
        Self { addr, folder, child: spawn(command)?, _port: port }.ready().await.map(Some)
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    async fn ready(mut self) -> Result<Self> {
        let addr = self.addr;
        let listens = async {
            let mut pause = interval(Duration::from_millis(10));
            while TcpStream::connect(addr).await.is_err() {
                pause.tick().await;
            }
        };
        tokio::select! {
            listens = timeout(PATIENCE, listens) => listens?,
            ended = self.child.wait() => return Err(Failure::new(format!("the proxy has ended: {}", ended?))),
        }
        Ok(self)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // What is left over is a few lines in the system's own folder for such.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A port of the system's choice that nobody else gets while a proxy takes its time to listen on it: both say that
/// they share it.
fn port(host: &str) -> Result<(Socket, SocketAddr)> {
    let addr: SocketAddr = host.parse()?;
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.set_reuse_port(true)?;
    socket.bind(&addr.into())?;
    let addr = socket.local_addr()?.as_socket().ok_or_else(|| Failure::new("not an IP address"))?;
    Ok((socket, addr))
}

fn folder() -> Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("wsrack-front-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What the program says of itself goes where the test's own words go.
fn spawn(mut command: Command) -> Result<Child> {
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn()?)
}
