//! The page in a real browser, while the server has work to do.

use std::{future::ready, time::Duration};

use http::Response;
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::watch, time::sleep};
use wsrack_tests::{Client, Raw, Result, Script, Tool, get};

use super::{routes, with_page};

/// What `tests/clients/stats.cjs` prints.
#[derive(Debug, Deserialize)]
struct Shown {
    /// From one second to the next.
    looks: Vec<Look>,
    /// Lengths of the plots' lines at the first and at the last look.
    plotted: (Vec<usize>, Vec<usize>),
    /// The table when nothing happens any more, by route and column.
    routes: Value,
    closed: Value,
    turned_away: Value,
    errors: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Look {
    /// Messages a second, as its tile says.
    rate: String,
    /// Connections, as their tile says.
    open: String,
    /// Messages so far, of all rows of the table.
    messages: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_figures_move_under_load_and_are_those_of_the_json() -> Result {
    let Some(script) = Script::find(Tool::Node("playwright-core"), "stats.cjs")? else { return Ok(()) };
    let Some(chromium) = Tool::Chromium.find("the visit to the statistics")? else { return Ok(()) };
    let (load, loaded) = watch::channel(true);
    // The script asks for it when it has seen enough.
    let off = move |_| {
        load.send_replace(false);
        ready(Response::new(String::new()))
    };
    let server = with_page(wsrack::routes! { "/" => routes(), "/off" => wsrack::http(off) }).await?;
    let mut bad = Raw::connect(server.addr()).await?;
    bad.send("GET / HTTP/9\r\n\r\n").await?;
    bad.rest().await?;
    let http = |path: &str| server.ws(path).replace("ws:", "http:");
    let clients: Vec<_> =
        (0..8).map(|index| tokio::spawn(work(server.ws(path(index)), loaded.clone()))).collect();
    let shown: Shown = script.run(&[&http("/stats"), &chromium.to_string_lossy(), &http("/off")]).await?;
    for client in clients {
        client.await??;
    }

    assert_eq!(shown.errors, [""; 0], "the browser's console stays clean");
    let looks = &shown.looks;
    assert!(looks.iter().all(|look| look.rate != "0"), "{looks:?}");
    assert!(looks.is_sorted_by(|one, next| one.messages < next.messages), "the numbers move: {looks:?}");
    assert!(looks.iter().any(|look| look.open == "8"), "{looks:?}");
    let (first, last) = shown.plotted;
    assert!(last.iter().zip(&first).all(|(last, first)| last > first), "each plot grows: {first:?} {last:?}");

    let json: Value = serde_json::from_str(&get(&http("/stats/json")).await?.1)?;
    for route in json["routes"].as_array().unwrap() {
        let row = &shown.routes[route["route"].as_str().unwrap()];
        for (column, field) in
            [("Messages in", "messages_in"), ("Messages out", "messages_out"), ("Open", "open")]
        {
            assert_eq!(row[column], route[field].to_string(), "{column} of {row}");
        }
    }
    assert_eq!(shown.closed["client"], json["total"]["closed"]["client"].to_string());
    assert_eq!(shown.turned_away["bad request"], json["turned_away"]["bad_request"].to_string());
    assert_eq!(json["turned_away"]["bad_request"], 1);
    Ok(())
}

fn path(index: usize) -> &'static str {
    if index.is_multiple_of(2) { "/busy" } else { "/rooms/1" }
}

/// Says something some hundred times a second, and leaves when the load is to end.
async fn work(url: String, loaded: watch::Receiver<bool>) -> Result {
    let mut client = Client::connect(url).await?;
    while *loaded.borrow() {
        for text in ["one", "two"] {
            client.send(text).await?;
            client.text().await?;
        }
        sleep(Duration::from_millis(40)).await;
    }
    client.leave().await
}
