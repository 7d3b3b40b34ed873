//! The page's paths.

use serde_json::{Value, json};
use wsrack::{Stats, StatsPage};
use wsrack_tests::{Client, Raw, Result, Served, get};

use super::{routes, stats_when, with_page};

fn http(server: &Served, path: &str) -> String {
    server.ws(path).replace("ws:", "http:")
}

/// What does not change from one look to the next.
fn settled(mut stats: Value) -> Value {
    stats["uptime"] = json!(0);
    stats
}

fn value(stats: &Stats) -> Value {
    settled(serde_json::to_value(stats).unwrap())
}

#[tokio::test]
async fn the_page_and_its_json_say_what_the_handle_says() -> Result {
    let server = with_page(routes()).await?;
    let mut client = Client::connect(server.ws("/busy")).await?;
    for text in ["one", "two", "three"] {
        client.send(text).await?;
        client.text().await?;
    }
    let stats = stats_when(&server.handle(), |stats| stats.total.handlers.count == 4).await?;
    for path in ["/stats/json", "/stats.json"] {
        let (status, body) = get(&http(&server, path)).await?;
        assert_eq!((status, settled(serde_json::from_str(&body)?)), (200, value(&stats)), "{path}");
    }
    let mut live = Client::connect(server.ws("/stats/live")).await?;
    assert_eq!(settled(live.json().await?), value(&stats), "its own feed is not counted");
    client.send("four").await?;
    client.text().await?;
    // A second later, or two: it may have looked just before.
    let mut next = live.json().await?;
    for _ in 0..30 {
        if next["total"]["messages_in"] == 4 {
            break;
        }
        next = live.json().await?;
    }
    assert_eq!(next["total"]["messages_in"], 4);
    assert_eq!(next["routes"][0]["route"], "/busy");
    Ok(())
}

#[tokio::test]
async fn the_page_is_at_its_path_and_below() -> Result {
    let server = with_page(routes()).await?;
    for (path, below) in [("/stats", ""), ("/stats/", "/"), ("/stats/x/%22y", "/x/%22y"), ("/stats?a=1", "")]
    {
        let (status, body) = get(&http(&server, path)).await?;
        assert_eq!(status, 200, "{path}");
        assert!(body.contains(&format!("data-below=\"{below}\"")), "{path}");
    }
    assert_eq!(get(&http(&server, "/statsx")).await?.0, 404);
    assert_eq!(get(&http(&server, "/")).await?.0, 404, "the routes have no such mount");
    Ok(())
}

#[tokio::test]
async fn the_page_is_read_and_not_framed() -> Result {
    let server = with_page(routes()).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(b"POST /stats HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n").await?;
    let head = raw.head().await?;
    assert_eq!((head.status(), head.header("allow")), (405, Some("GET, HEAD")));
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(b"GET /stats HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let head = raw.head().await?;
    let policy = head.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(head.header("cache-control"), Some("no-store"));
    Ok(())
}

#[tokio::test]
async fn it_can_be_mounted_in_the_routes_or_on_another_server() -> Result {
    let inside = Served::start(wsrack::routes! {
        "/" => routes(),
        "/admin" => { "/stats" => StatsPage::new() },
    })
    .await?;
    let outside = Served::start(wsrack::routes! { "/" => StatsPage::of(&inside.handle()) }).await?;
    let mut client = Client::connect(inside.ws("/busy")).await?;
    client.send("one").await?;
    client.text().await?;
    let stats = stats_when(&inside.handle(), |stats| stats.total.handlers.count == 2).await?;
    for url in [http(&inside, "/admin/stats/json"), http(&outside, "/json")] {
        assert_eq!(settled(serde_json::from_str(&get(&url).await?.1)?), value(&stats), "{url}");
    }
    assert!(outside.handle().stats().is_none(), "it looks at another server");
    Ok(())
}
