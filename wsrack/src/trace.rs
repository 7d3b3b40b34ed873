//! Spans for `tracing`: one for each connection, in the trace of its request, and on request one for each handler.
//!
//! Nobody pays for a span that no subscriber wants.

use http::HeaderMap;
use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

/// The header that says which trace a request belongs to.
const TRACEPARENT: &str = "traceparent";

/// What tracing systems say beside it.
const TRACESTATE: &str = "tracestate";

/// As much of `tracestate` as has to be handed on.
const STATE_MAX: usize = 512;

/// The span of a connection, from the request on: a child of the span that a layer has open, else of the one that the
/// request names.
pub(crate) fn connection_span(headers: &HeaderMap, path: &str) -> Span {
    let span = info_span!(
        target: "wsrack",
        "connection",
        path,
        connection = Empty,
        trace_id = Empty,
        parent_id = Empty,
        tracestate = Empty,
        otel.kind = "server",
    );
    if !span.is_none()
        && let Some(parent) = Parent::of(headers)
    {
        span.record("trace_id", parent.trace);
        span.record("parent_id", parent.span);
        if let Some(state) = parent.state {
            span.record("tracestate", state);
        }
        #[cfg(feature = "opentelemetry")]
        parent.adopt(&span);
    }
    span
}

/// The span of one call of a handler.
pub(crate) fn handler_span(handler: &'static str) -> Span {
    debug_span!(target: "wsrack", "handler", handler, otel.name = handler)
}

/// Where a request comes from.
///
/// Source: [W3C Trace Context](https://www.w3.org/TR/trace-context/), sections 3.2 and 3.3.
#[derive(Debug, PartialEq, Eq)]
struct Parent<'a> {
    trace: &'a str,
    span: &'a str,
    flags: u8,
    state: Option<&'a str>,
}

impl<'a> Parent<'a> {
    /// `None` where the header is missing or broken, which is not the application's matter: a new trace begins.
    fn of(headers: &'a HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let value = values.next()?.to_str().ok()?;
        if values.next().is_some() {
            return None;
        }
        let state = headers.get(TRACESTATE).and_then(|state| state.to_str().ok());
        Self::parse(value.trim(), state.filter(|state| !state.is_empty() && state.len() <= STATE_MAX))
    }

    fn parse(value: &'a str, state: Option<&'a str>) -> Option<Self> {
        let mut fields = value.split('-');
        let mut field = |len| fields.next().filter(|field| field.len() == len && is_hex(field));
        let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
        // Later versions may have more fields.
        let ends = fields.next().is_none() || version != "00";
        let is_set = |id: &str| id.bytes().any(|digit| digit != b'0');
        let valid = ends && version != "ff" && is_set(trace) && is_set(span);
        let flags = u8::from_str_radix(flags, 16).ok()?;
        valid.then_some(Self { trace, span, flags, state })
    }

    /// Makes the span a child of this parent, unless a layer has a span open: then that is nearer.
    #[cfg(feature = "opentelemetry")]
    fn adopt(&self, span: &Span) {
        use opentelemetry::Context;
        use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
        use tracing_opentelemetry::OpenTelemetrySpanExt;

        if !Span::current().is_none() {
            return;
        }
        let (Ok(trace), Ok(parent)) = (TraceId::from_hex(self.trace), SpanId::from_hex(self.span)) else {
            return;
        };
        let state = self.state.and_then(|state| state.parse::<TraceState>().ok()).unwrap_or_default();
        let context = SpanContext::new(trace, parent, TraceFlags::new(self.flags), true, state);
        // Where the subscriber has no OpenTelemetry, there is nobody to tell.
        let _untold = span.set_parent(Context::new().with_remote_span_context(context));
    }
}

fn is_hex(field: &str) -> bool {
    field.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_parent_is_what_the_header_says() {
        let value = format!("00-{TRACE}-{PARENT}-01");
        let headers = headers(&[("traceparent", &value), ("tracestate", "vendor=1")]);
        let parent = Parent { trace: TRACE, span: PARENT, flags: 1, state: Some("vendor=1") };
        assert_eq!(Parent::of(&headers), Some(parent));
    }

    #[test]
    fn a_later_version_may_say_more() {
        assert!(Parent::parse(&format!("cc-{TRACE}-{PARENT}-01-what-is-new"), None).is_some());
        assert!(Parent::parse(&format!("00-{TRACE}-{PARENT}-01-what-is-new"), None).is_none());
        assert!(Parent::parse(&format!("ff-{TRACE}-{PARENT}-01"), None).is_none());
    }

    #[test]
    fn what_is_broken_is_no_parent() {
        let zeros = "0".repeat(32);
        for value in [
            String::new(),
            format!("00-{TRACE}-{PARENT}"),
            format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-{PARENT}-01", &TRACE[1..]),
            format!("00-{TRACE}-{PARENT}-0g"),
            format!("0-{TRACE}-{PARENT}-01"),
        ] {
            assert_eq!(Parent::parse(&value, None), None, "{value}");
        }
        let value = format!("00-{TRACE}-{PARENT}-01");
        let twice = headers(&[("traceparent", &value), ("traceparent", &value)]);
        assert_eq!(Parent::of(&twice), None);
    }
}
