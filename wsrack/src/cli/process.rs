//! How it is done: a server in the foreground.

use std::io::{self, Write as _};

use super::failure::Failure;
use super::prepare::prepare;
use super::settings::{Command, Level, Listen, Settings};
use crate::error::Error;
use crate::log::log;
use crate::routes::Routes;
use crate::server::{Server, ServerBuilder};

/// Does what is asked.
///
/// # Errors
///
/// What went wrong, before anything was half done.
pub(super) fn run(settings: Settings, routes: Routes) -> Result<(), Failure> {
    match settings.command {
        Command::Start => start(settings, routes),
        _ => Err(Failure::NotRunning { why: format!("there is no {}", settings.pid_file().display()) }),
    }
}

fn start(settings: Settings, routes: Routes) -> Result<(), Failure> {
    if settings.tls.is_some() {
        return Err(Failure::Usage(
            "--ssl: TLS is not in this build yet; let a proxy in front end it".into(),
        ));
    }
    if let Some(dir) = &settings.chdir {
        std::env::set_current_dir(dir).map_err(|error| Failure::unreadable("the directory", dir, error))?;
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all();
    if let Some(threads) = settings.blocking_threads {
        runtime.max_blocking_threads(threads.get());
    }
    if let Some(workers) = settings.workers {
        runtime.worker_threads(workers.get());
    }
    let runtime =
        runtime.build().map_err(|error| Failure::System { what: "there is no runtime".into(), error })?;
    runtime.block_on(serve(settings, routes))
}

async fn serve(settings: Settings, routes: Routes) -> Result<(), Failure> {
    let (routes, stats) = prepare(&settings, routes)?;
    let builder = routes.server().grace(settings.timeout);
    let [listen] = &settings.listen[..] else {
        return Err(Failure::Usage("one listener".into()));
    };
    let server = bind(builder, listen).await?;
    stats.watch(server.handle());
    if settings.level != Level::Quiet {
        announce(&server, listen);
    }
    server.serve_until_signal().await.map_err(Failure::App)
}

async fn bind(builder: ServerBuilder, listen: &Listen) -> Result<Server, Failure> {
    let bound = match listen {
        Listen::Tcp { host, port } => builder.bind((host.as_str(), *port)).await,
        Listen::Unix(path) => builder.bind_unix(path).await,
    };
    bound.map_err(|error: Error| match error.downcast_ref::<io::Error>() {
        Some(refused) => Failure::of_listen(listen, io::Error::new(refused.kind(), refused.to_string())),
        None => Failure::App(error),
    })
}

/// Tells where to go to; a test and a person with port 0 read it there.
fn announce(server: &Server, listen: &Listen) {
    let place = match server.local_addr() {
        Some(address) => format!("http://{address}/"),
        None => listen.to_string(),
    };
    if let Err(error) = writeln!(io::stdout(), "listening on {place} (Ctrl-C ends)") {
        log!(warn, "stdout cannot be written: {error}");
    }
}
