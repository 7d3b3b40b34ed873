use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{facts, request, settings};
use crate::handshake::{Refusal, negotiate};

const PLAIN: bool = false;
const TLS: bool = true;

/// Whether a page of `origin` may connect to `host`.
fn passes(origins: &str, origin: &str, host: &str, secure: bool) -> bool {
    connects(&[&format!("=Host: {host}"), &format!("Origin: {origin}")], origins, secure)
}

fn connects(edits: &[&str], origins: &str, secure: bool) -> bool {
    match negotiate(&request(edits), &settings(&[("origins", origins)]), facts(secure)) {
        Ok(_) => true,
        Err(Refusal::Origin) => false,
        Err(other) => panic!("{edits:?}: {other}"),
    }
}

#[test]
fn same_origin_compares_host_and_port_with_each_schemes_default() {
    let rows = [
        ("http://example.com", "example.com", PLAIN, true),
        ("http://example.com", "example.com:80", PLAIN, true),
        ("http://example.com:80", "example.com", PLAIN, true),
        ("http://EXAMPLE.com", "example.COM", PLAIN, true),
        ("HTTP://example.com", "example.com", PLAIN, true),
        ("http://localhost:3000", "localhost:3000", PLAIN, true),
        ("http://[::1]:3000", "[::1]:3000", PLAIN, true),
        ("https://example.com", "example.com", TLS, true),
        ("https://example.com", "example.com:443", TLS, true),
        ("https://example.com:8443", "example.com:8443", TLS, true),
        // A proxy in front ends TLS: the same Host arrives over plain HTTP.
        ("https://example.com", "example.com", PLAIN, true),
        ("https://example.com", "example.com:443", PLAIN, true),
        ("https://example.com:8443", "example.com", PLAIN, false),
        // An http page is not of the https site, nor the other way round.
        ("http://example.com", "example.com", TLS, false),
        ("https://example.com", "example.com:80", PLAIN, false),
        ("http://example.com:3000", "example.com:3001", PLAIN, false),
        ("http://example.com", "example.com:3000", PLAIN, false),
        ("http://example.com:3000", "example.com", PLAIN, false),
        ("http://localhost:3000", "127.0.0.1:3000", PLAIN, false),
        ("http://www.example.com", "example.com", PLAIN, false),
        ("http://example.com.evil.example", "example.com", PLAIN, false),
        ("http://evil.example", "example.com", PLAIN, false),
        ("chrome-extension://example.com", "example.com", PLAIN, false),
        ("chrome-extension://example.com:80", "example.com", PLAIN, true),
        ("null", "null", PLAIN, false),
        ("", "example.com", PLAIN, false),
        ("example.com", "example.com", PLAIN, false),
        ("http://", "example.com", PLAIN, false),
        ("file://", "example.com", PLAIN, false),
        ("http://example.com/", "example.com", PLAIN, false),
        ("http://me@example.com", "example.com", PLAIN, false),
        ("http://example.com http://evil.example", "example.com", PLAIN, false),
        ("http://example.com:99999", "example.com", PLAIN, false),
        ("http://exämple.com", "example.com", PLAIN, false),
    ];
    for (origin, host, secure, expected) in rows {
        assert_eq!(passes("same", origin, host, secure), expected, "{origin} to {host}, secure: {secure}");
    }
}

#[test]
fn a_client_without_an_origin_is_no_browser_and_passes() {
    assert!(connects(&[], "same", PLAIN));
    assert!(connects(&[], "https://example.com", PLAIN));
}

#[test]
fn lists_and_patterns_replace_the_same_origin() {
    let rows = [
        ("https://example.com", "https://example.com", true),
        ("https://example.com", "https://example.com:443", true),
        ("https://example.com", "HTTPS://Example.COM", true),
        ("https://example.com", "http://example.com", false),
        ("https://example.com", "https://example.com:8443", false),
        ("https://example.com", "https://www.example.com", false),
        ("https://example.com:8443", "https://example.com:8443", true),
        ("https://example.com:8443", "https://example.com", false),
        ("https://example.com:*", "https://example.com", true),
        ("https://example.com:*", "https://example.com:8443", true),
        ("https://example.com:*", "http://example.com:8443", false),
        ("https://*.example.com", "https://www.example.com", true),
        ("https://*.example.com", "https://a.b.example.com", true),
        ("https://*.example.com", "https://example.com", false),
        ("https://*.example.com", "https://.example.com", false),
        ("https://*.example.com", "https://evilexample.com", false),
        ("https://*.example.com", "https://example.com.evil.example", false),
        ("https://*.example.com:*", "https://www.example.com:1", true),
        ("https://a.example, https://b.example", "https://b.example", true),
        ("http://[::1]:*", "http://[::1]:5173", true),
        ("chrome-extension://abcdef", "chrome-extension://abcdef", true),
        ("chrome-extension://abcdef", "chrome-extension://abcdee", false),
        ("https://example.com", "http://server.example.com", false),
        ("same, https://example.com", "http://server.example.com", true),
        ("https://example.com", "null", false),
        ("any", "http://evil.example", true),
        ("any", "null", true),
        ("any", "no origin at all", true),
    ];
    for (origins, origin, expected) in rows {
        assert_eq!(passes(origins, origin, "server.example.com", PLAIN), expected, "{origin} by {origins}");
    }
}

#[test]
fn versions_7_and_8_may_use_either_name_of_the_field() {
    let (good, bad) = ("http://server.example.com", "http://evil.example");
    for version in ["7", "8"] {
        let version = format!("=Sec-WebSocket-Version: {version}");
        let with = |fields: [&str; 2]| {
            let edits: Vec<_> = fields.into_iter().filter(|field| !field.is_empty()).collect();
            connects(&[&[version.as_str()], edits.as_slice()].concat(), "same", PLAIN)
        };
        let (older, newer) = (format!("Sec-WebSocket-Origin: {good}"), format!("Origin: {good}"));
        assert!(with([&older, ""]));
        assert!(with([&newer, ""]));
        assert!(with([&older, &newer]));
        assert!(!with([&format!("Sec-WebSocket-Origin: {bad}"), ""]));
        assert!(!with([&format!("Sec-WebSocket-Origin: {bad}"), &newer]));
        assert!(!with([&older, &format!("Origin: {bad}")]));
    }
}

#[test]
fn version_13_has_one_name_for_the_field() {
    assert!(connects(&["Sec-WebSocket-Origin: http://evil.example"], "same", PLAIN));
}

#[test]
fn two_different_origins_are_refused() {
    let good = "Origin: http://server.example.com";
    assert!(connects(&[good, good], "same", PLAIN));
    assert!(!connects(&[good, "Origin: http://evil.example"], "same", PLAIN));
    assert!(!connects(&["Origin: http://evil.example", good], "same", PLAIN));
}

#[test]
fn the_host_of_an_absolute_request_line_goes_before_the_header() {
    let line = "GET http://real.example/chat HTTP/1.1";
    assert!(connects(&[line, "Origin: http://real.example"], "same", PLAIN));
    assert!(!connects(&[line, "Origin: http://server.example.com"], "same", PLAIN));
}

#[test]
fn the_log_of_a_403_names_both_values() {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        // A test on another thread, which has no subscriber, may meet the log line first and have it cached as unwanted.
        for _ in 0..1000 {
            tracing::callsite::rebuild_interest_cache();
            assert!(!passes("same", "http://evil.example", "example.com:3000", PLAIN));
            if !log.0.lock().unwrap().is_empty() {
                break;
            }
        }
    });
    let text = log.0.lock().unwrap().clone();
    assert!(text.starts_with("WARN"), "{text}");
    assert!(text.contains("http://evil.example") && text.contains("example.com:3000"), "{text}");
}

/// Every event as one line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push_str(&line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write as _;
        write!(self.0, " {field}={value:?}").unwrap();
    }
}
