//! The statistics as Prometheus reads them: from the page, and from an exporter of the `metrics` facade.

use std::{
    collections::BTreeSet,
    io::Write as _,
    process::{Command, Stdio},
};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use wsrack::{HandlerTimes, StatsRecorder};
use wsrack_tests::{Client, Failure, Result, Served, Tool, get};

use super::{routes, stats_when, with_page};

/// What `promtool check metrics` has to say: nothing, if all is well.
fn complaints(text: &str) -> Result<Option<String>> {
    let Some(promtool) = Tool::Promtool.find("the check of the metrics")? else { return Ok(None) };
    let mut check = Command::new(promtool);
    check.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut check = check.spawn()?;
    check.stdin.take().ok_or_else(|| Failure::new("no stdin"))?.write_all(text.as_bytes())?;
    let output = check.wait_with_output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok(Some(format!(
        "{}{}",
        if output.status.success() { "" } else { "failed: " },
        String::from_utf8_lossy(&said)
    )))
}

/// The samples of the text whose name begins so.
fn samples<'a>(text: &'a str, name: &str) -> BTreeSet<&'a str> {
    text.lines().filter(|line| line.starts_with(name)).collect()
}

async fn talk(server: &Served) -> Result {
    let mut client = Client::connect(server.ws("/rooms/7")).await?;
    for text in ["one", "two", "three"] {
        client.send(text).await?;
        client.text().await?;
    }
    client.leave().await?;
    stats_when(&server.handle(), |stats| stats.total.closed.client == 1).await?;
    Ok(())
}

#[tokio::test]
async fn the_pages_metrics_are_clean() -> Result {
    let server = with_page(routes()).await?;
    talk(&server).await?;
    let (status, text) = get(&server.ws("/stats/metrics").replace("ws:", "http:")).await?;
    assert_eq!(status, 200);
    if let Some(complaints) = complaints(&text)? {
        assert_eq!(complaints, "");
    }
    let received = ["{route=\"/busy\"} 0", "{route=\"/rooms/{room}\"} 3"]
        .map(|sample| format!("wsrack_messages_received_total{sample}"));
    assert_eq!(
        samples(&text, "wsrack_messages_received_total"),
        received.iter().map(String::as_str).collect()
    );
    let away = ["bad_request", "timeout", "limit", "stopping"]
        .map(|reason| format!("wsrack_turned_away_total{{reason=\"{reason}\"}} 0"));
    assert_eq!(samples(&text, "wsrack_turned_away_total"), away.iter().map(String::as_str).collect());
    let closed = samples(&text, "wsrack_connections_closed_total{route=\"/rooms/{room}\"");
    assert_eq!(closed.len(), 10, "a series for each cause, whether or not it has happened: {closed:?}");
    assert!(closed.contains("wsrack_connections_closed_total{route=\"/rooms/{room}\",cause=\"client\"} 1"));
    assert_eq!(samples(&text, "wsrack_handler_duration_seconds_count{route=\"/rooms/{room}\"").len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_exporter_of_the_facade_says_the_same() -> Result {
    let server = Served::start(routes().counted()).await?;
    talk(&server).await?;
    let bounds = Matcher::Full("wsrack_handler_duration_seconds".to_owned());
    let exporter = PrometheusBuilder::new()
        .set_buckets_for_metric(bounds, &HandlerTimes::BOUNDS)
        .map_err(|error| Failure::new(error.to_string()))?
        .build_recorder();
    let text = exporter.handle();
    let mut recorder = StatsRecorder::new(exporter);
    let stats = server.handle().stats().unwrap();
    // However often: they are numbers, not steps.
    recorder.record(&stats);
    recorder.record(&stats);
    let text = text.render();
    if let Some(complaints) = complaints(&text)? {
        assert_eq!(complaints, "");
    }
    assert!(text.contains("wsrack_messages_received_total{route=\"/rooms/{room}\"} 3\n"), "{text}");
    assert!(
        text.contains("wsrack_connections_closed_total{route=\"/rooms/{room}\",cause=\"client\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("wsrack_turned_away_total{reason=\"limit\"} 0\n"), "{text}");
    let count = format!(
        "wsrack_handler_duration_seconds_count{{route=\"/rooms/{{room}}\"}} {}\n",
        stats.total.handlers.count
    );
    assert!(text.contains(&count), "{text}");
    Ok(())
}
