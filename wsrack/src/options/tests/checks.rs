use std::time::Duration;

use super::SECOND;
use crate::draft::Draft;
use crate::options::{Drafts, Options, Rate};

type Setter = fn(Options, Duration) -> Options;

fn error(options: &Options) -> String {
    options.resolve().expect_err("it makes no sense").to_string()
}

#[test]
fn zero_sizes_and_limits_make_no_sense() {
    let new = Options::new;
    for (options, message) in [
        (new().max_message_size(0), "max_message_size: with 0 no message would fit; the least is 1 B"),
        (new().max_frame_size(0), "max_frame_size: with 0 no frame would fit; the least is 1 B"),
        (new().max_fragments(0), "max_fragments: with 0 no message would fit; 1 refuses fragmented messages"),
        (new().send_queue(0), "send_queue: with 0 nothing could be sent; the least is 1 B"),
        (
            new().max_connections(0),
            "max_connections: with 0 nobody could connect; `off` takes the limit away",
        ),
        (
            new().max_connections_per_ip(0),
            "max_connections_per_ip: with 0 nobody could connect; `off` takes the limit away",
        ),
        (
            new().message_rate(Rate::per_second(0)),
            "message_rate: 0 messages, or any number in no time, is no rate; `off` takes the limit away",
        ),
        (
            new().message_rate(Rate::new(1, Duration::ZERO)),
            "message_rate: 0 messages, or any number in no time, is no rate; `off` takes the limit away",
        ),
    ] {
        assert_eq!(error(&options), message);
    }
}

#[test]
fn sizes_stand_in_order() {
    assert_eq!(
        error(&Options::new().max_frame_size((1 << 20) + 1)),
        "max_frame_size: 1048577 B is larger than max_message_size (1 MiB), and a frame is part of a message; raise \
         max_message_size or lower max_frame_size"
    );
    assert_eq!(
        error(&Options::new().max_message_size(2048).max_stream_size(1024)),
        "max_stream_size: 1 KiB is smaller than max_message_size (2 KiB), and a streamed message may be longer than \
         one held in memory; raise max_stream_size or lower max_message_size"
    );
    assert!(Options::new().max_frame_size(1 << 20).max_stream_size(1 << 20).check().is_ok());
}

#[test]
fn times_are_neither_zero_nor_endless() {
    let setters: [(&str, Setter); 5] = [
        ("send_timeout", Options::send_timeout),
        ("ping_interval", Options::ping_interval),
        ("idle_timeout", |options, time| options.ping_interval(None).idle_timeout(time)),
        ("handshake_timeout", Options::handshake_timeout),
        ("close_timeout", Options::close_timeout),
    ];
    for (name, set) in setters {
        let zero = set(Options::new(), Duration::ZERO);
        assert_eq!(error(&zero), format!("{name}: 0 is no time; `off` switches it off"));
        let endless = set(Options::new(), Duration::MAX);
        assert_eq!(error(&endless), format!("{name}: more than 24 days; `off` switches it off"));
    }
}

#[test]
fn every_time_can_be_switched_off() {
    let options = Options::new()
        .send_timeout(None)
        .ping_interval(None)
        .idle_timeout(None)
        .handshake_timeout(None)
        .close_timeout(None);
    let settings = options.resolve().unwrap();
    assert_eq!((settings.send_timeout, settings.ping_interval, settings.idle_timeout), (None, None, None));
    assert_eq!((settings.handshake_timeout, settings.close_timeout), (None, None));
}

#[test]
fn a_ping_comes_before_the_idle_timeout() {
    assert_eq!(
        error(&Options::new().ping_interval(SECOND * 90)),
        "ping_interval: 90s is not shorter than idle_timeout (60s), so a quiet client would be cut before it is \
         asked; lower ping_interval or raise idle_timeout"
    );
    assert!(Options::new().ping_interval(SECOND * 60).check().is_err());
    assert!(Options::new().ping_interval(SECOND * 90).idle_timeout(None).check().is_ok());
}

#[test]
fn subprotocols_are_tokens_and_differ() {
    for name in ["", "a b", "a,b", "a/b", "ä", "a\r\nb"] {
        let expected = format!("protocols: {name:?} is not a name; use letters, digits and !#$%&'*+-.^_`|~");
        assert_eq!(error(&Options::new().protocols([name])), expected);
    }
    let twice = Options::new().protocols(["a", "b", "a"]);
    assert_eq!(error(&twice), "protocols: \"a\" stands in the list twice");
    assert!(Options::new().protocols(["a", "A", "v1.chat"]).check().is_ok());
}

#[test]
fn some_draft_is_taken() {
    assert_eq!(
        error(&Options::new().drafts([])),
        "drafts: the list is empty, so nobody could connect; write `13`"
    );
    assert!(Options::new().drafts([Draft::Hixie75]).check().is_ok());
    assert!(Options::new().drafts(Drafts::ALL).check().is_ok());
}

#[test]
fn an_error_names_its_option() {
    assert_eq!(Options::new().send_queue(0).check().unwrap_err().option(), "send_queue");
}
