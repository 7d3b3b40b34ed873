//! What the examples share: their port, and the pages that they serve.

use std::process::ExitCode;

use http::{HeaderValue, Request, Response};
use wsrack::{Body, Error, HttpService, Result, Routes};

/// Serves the routes on the port that the command line names, until Ctrl-C.
///
/// In a program of your own this is `routes.serve("127.0.0.1:3000").await`.
pub async fn serve(routes: Routes) -> ExitCode {
    let serve = async {
        let server = routes.bind(("127.0.0.1", port()?)).await?;
        if let Some(address) = server.local_addr() {
            println!("Open http://{address}/ in a browser. Ctrl-C ends.");
        }
        server.serve_until_signal().await
    };
    exit_code(serve.await)
}

/// What a program ends with: an error is told in a line.
pub fn exit_code(result: Result) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The port of `-p PORT`: 3000 where none is named, any free one for 0.
pub fn port() -> Result<u16> {
    match &std::env::args().skip(1).collect::<Vec<_>>()[..] {
        [] => Ok(3000),
        [flag, port] if flag == "-p" => Ok(port.parse()?),
        _ => Err(Error::msg("the only argument is `-p PORT`")),
    }
}

/// A page to talk to whatever is mounted at `/websocket`: it shows each message, and sends what is typed.
pub fn console() -> HttpService {
    page(include_str!("console.html"))
}

/// A page of HTML to mount.
pub fn page(html: &'static str) -> HttpService {
    file("text/html; charset=utf-8", html)
}

/// How the pages look: to mount at `/style.css`.
pub fn style() -> HttpService {
    file("text/css; charset=utf-8", include_str!("style.css"))
}

fn file(kind: &'static str, text: &'static str) -> HttpService {
    wsrack::http(move |_: Request<Body>| async move {
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert("content-type", HeaderValue::from_static(kind));
        response
    })
}
