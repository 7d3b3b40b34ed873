//! Connections in the traces of their requests, as an OpenTelemetry exporter gets them.

use http::Request;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tower_http::trace::TraceLayer;
use tracing_subscriber::{Registry, layer::SubscriberExt as _};
use wsrack::{Body, prelude::*};
use wsrack_tests::{Client, Result, Served};

use super::Busy;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// The spans that are exported while a client says `one`.
async fn spans(routes: Routes, parent: Option<&str>) -> Result<Vec<SpanData>> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    // The runtime has but this thread.
    let _subscriber = tracing::subscriber::set_default(Registry::default().with(layer));
    let server = Served::start(routes).await?;
    let mut request = server.ws("/").into_client_request()?;
    if let Some(parent) = parent {
        request.headers_mut().insert("traceparent", parent.parse().unwrap());
        request.headers_mut().insert("tracestate", "vendor=opaque".parse().unwrap());
    }
    let mut client = Client::connect(request).await?;
    client.send("one").await?;
    client.text().await?;
    client.leave().await?;
    server.stop().await?;
    Ok(exporter.get_finished_spans().unwrap())
}

fn named<'a>(spans: &'a [SpanData], name: &str) -> Vec<&'a SpanData> {
    spans.iter().filter(|span| span.name == name).collect()
}

#[tokio::test]
async fn a_connection_belongs_to_the_trace_of_its_request() -> Result {
    let spans = spans(wsrack::routes! { "/" => Busy }, Some(&format!("00-{TRACE}-{PARENT}-01"))).await?;
    let connections = named(&spans, "connection");
    assert_eq!(connections.len(), 1, "{spans:?}");
    assert_eq!(connections[0].span_context.trace_id().to_string(), TRACE);
    assert_eq!(connections[0].parent_span_id.to_string(), PARENT);
    assert_eq!(connections[0].span_context.trace_state().header(), "vendor=opaque");
    let field = |name: &str| {
        let found = connections[0].attributes.iter().find(|field| field.key.as_str() == name);
        found.map(|field| field.value.to_string())
    };
    assert_eq!(field("trace_id").as_deref(), Some(TRACE));
    assert_eq!(field("parent_id").as_deref(), Some(PARENT));
    assert_eq!(field("path").as_deref(), Some("/"));
    // Its number, of all connections of this process.
    assert!(field("connection").is_some_and(|number| number.parse::<u64>().is_ok_and(|number| number > 0)));
    assert_eq!(named(&spans, "on_message").len(), 0, "handlers have spans on request");
    Ok(())
}

#[tokio::test]
async fn without_a_trace_or_with_a_broken_one_a_new_one_begins() -> Result {
    for parent in [None, Some("00-what-is-this-01")] {
        let spans = spans(wsrack::routes! { "/" => Busy }, parent).await?;
        let connections = named(&spans, "connection");
        assert_eq!(connections.len(), 1);
        assert_ne!(connections[0].span_context.trace_id().to_string(), TRACE);
        assert_eq!(connections[0].parent_span_id.to_string(), "0000000000000000");
    }
    Ok(())
}

#[tokio::test]
async fn handlers_have_spans_on_request() -> Result {
    let app = Busy.with(Options::new().trace(true));
    let spans = spans(wsrack::routes! { "/" => app }, Some(&format!("00-{TRACE}-{PARENT}-01"))).await?;
    let connection = named(&spans, "connection")[0].span_context.span_id();
    for handler in ["on_open", "on_message", "on_close"] {
        let found = named(&spans, handler);
        assert_eq!(found.len(), 1, "{handler}: {spans:?}");
        assert_eq!(found[0].parent_span_id, connection, "{handler}");
        assert_eq!(found[0].span_context.trace_id().to_string(), TRACE, "{handler}");
    }
    Ok(())
}

#[tokio::test]
async fn a_layers_span_is_nearer_than_the_header() -> Result {
    let routes = wsrack::routes! {
        use TraceLayer::new_for_http()
            .make_span_with(|_: &Request<Body>| tracing::info_span!("request"));
        "/" => Busy,
    };
    let spans = spans(routes, Some(&format!("00-{TRACE}-{PARENT}-01"))).await?;
    let (request, connection) = (named(&spans, "request")[0], named(&spans, "connection")[0]);
    assert_eq!(connection.parent_span_id, request.span_context.span_id());
    assert_ne!(connection.span_context.trace_id().to_string(), TRACE, "it is for the layer to say");
    Ok(())
}
