use proptest::prelude::*;

use super::{SECOND, everything};
use crate::options::text::NAMES;
use crate::options::{Drafts, Options, Rate};

fn set(name: &str, value: &str) -> Options {
    let mut options = Options::new();
    options.set(name, value).unwrap();
    options
}

fn error(name: &str, value: &str) -> String {
    let mut options = Options::new();
    let error = options.set(name, value).expect_err(value);
    assert_eq!(options, Options::new(), "nothing is set");
    error.to_string()
}

#[test]
fn every_option_can_be_written_as_text() {
    let text = [
        ("debug", "on"),
        ("trace", "on"),
        ("max_message_size", "2000 B"),
        ("max_frame_size", "1000"),
        ("max_fragments", "3"),
        ("max_stream_size", "4000"),
        ("send_queue", "5000"),
        ("slow_client", "drop"),
        ("send_timeout", "1s"),
        ("ping_interval", "2000ms"),
        ("idle_timeout", "3s"),
        ("handshake_timeout", "4s"),
        ("close_timeout", "5s"),
        ("compression", "dedicated, level=1"),
        ("protocols", "v2, v1"),
        ("origins", "any"),
        ("trusted_proxies", "10.0.0.0/8"),
        ("drafts", "13"),
        ("max_connections", "6"),
        ("max_connections_per_ip", "7"),
        ("message_rate", "8/s"),
    ];
    let mut options = Options::new();
    for (name, value) in text {
        options.set(name, value).unwrap();
    }
    assert_eq!(options, everything());
    assert_eq!(
        text.map(|(name, _)| name),
        NAMES,
        "the list that an unknown name is answered with is complete"
    );
}

#[test]
fn names_may_have_hyphens_and_values_blanks_around() {
    assert_eq!(set(" max-message-size ", " 1 KiB "), Options::new().max_message_size(1024));
    assert_eq!(set("slow-client", " close ").effective(), Options::new().effective());
}

#[test]
fn limits_and_times_can_be_switched_off() {
    let low = Options::new().max_connections(1).message_rate(Rate::per_second(1)).idle_timeout(SECOND);
    let mut over = set("max_connections", "off");
    over.set("message_rate", "off").unwrap();
    over.set("idle_timeout", "off").unwrap();
    let settings = low.merge(over).effective();
    assert_eq!((settings.max_connections, settings.message_rate, settings.idle_timeout), (None, None, None));
}

#[test]
fn lists_are_split_at_commas() {
    assert_eq!(set("protocols", "chat,, superchat ,"), Options::new().protocols(["chat", "superchat"]));
    assert_eq!(set("protocols", ""), Options::new().protocols::<[&str; 0]>([]));
    assert_eq!(set("drafts", "7, rfc6455, hybi-08, 13").effective().drafts.to_string(), "13, 8, 7");
    assert_eq!(set("drafts", "4, 75, hybi-00").effective().drafts.to_string(), "4, hixie-76, hixie-75");
    assert_eq!(set("drafts", " all ").effective().drafts, Drafts::ALL);
}

#[test]
fn an_unknown_name_is_answered_with_the_one_that_was_meant() {
    let all = "The options are: debug, trace, max_message_size, max_frame_size, max_fragments, max_stream_size, send_queue, \
               slow_client, send_timeout, ping_interval, idle_timeout, handshake_timeout, close_timeout, compression, \
               protocols, origins, trusted_proxies, drafts, max_connections, max_connections_per_ip, message_rate";
    for (name, meant) in [
        ("max_mesage_size", "max_message_size"),
        ("max-mesage-size", "max_message_size"),
        ("ping_intervall", "ping_interval"),
        ("origin", "origins"),
        ("Debug", "debug"),
    ] {
        let expected = format!("no option is called `{name}`; did you mean `{meant}`? {all}");
        assert_eq!(error(name, "1"), expected);
    }
    for name in ["", "colour", "idle_timeout_of_the_connection", "größe"] {
        assert_eq!(error(name, "1"), format!("no option is called `{name}`. {all}"));
    }
}

#[test]
fn a_wrong_value_is_answered_with_what_would_be_right() {
    let unknown = "is no draft; write `all`, or of these: 13, 8, 7, 6, 5, 4, hybi-03, hybi-02, hybi-01, hixie-76, \
                   hixie-75";
    for (name, value, problem) in [
        ("debug", "yes", "neither on nor off; write `on`, `off`, `true` or `false`"),
        ("max_message_size", "1 MB", "unknown unit; the units are B, KiB (1024 B), MiB and GiB: `64 KiB`"),
        ("max_frame_size", "25s", "unknown unit; the units are B, KiB (1024 B), MiB and GiB: `64 KiB`"),
        ("max_stream_size", "off", "not a size; write bytes, or a number with a unit: `64 KiB`"),
        ("max_fragments", "1 KiB", "not a count; write a whole number: `4096`"),
        ("max_fragments", "off", "not a count; write a whole number: `4096`"),
        ("max_connections", "-1", "not a count; write a whole number: `4096`"),
        ("slow_client", "kill", "write `close` or `drop`"),
        ("idle_timeout", "60", "a time needs a unit: ms, s, m or h, as in `25s`"),
        ("message_rate", "100", "a rate counts by second, minute or hour: `100/s`, `600/m`, `5000/h`"),
        ("drafts", "13, 9", &format!("9 {unknown}")),
        ("drafts", "13, all", &format!("all {unknown}")),
        ("drafts", "hixie-74", &format!("hixie-74 {unknown}")),
    ] {
        assert_eq!(error(name, value), format!("{name} = {value:?}: {problem}"));
    }
}

#[test]
fn a_wrong_origin_is_answered_when_it_is_set() {
    let scheme = "an origin starts with its scheme: `https://example.com`";
    let host = "the host is not a name or an address: `https://example.com`, `http://[::1]:3000`";
    let port = "the port is a number up to 65535, or `*`: `https://example.com:8443`";
    let star = "a `*` stands for subdomains in front, or for the port: `https://*.example.com:*`";
    let path = "an origin has no path, not even a slash at its end: `https://example.com`";
    let any = "`any` stands alone, not in a list";
    for (pattern, problem) in [
        ("example.com", scheme),
        ("://example.com", scheme),
        ("*://example.com", scheme),
        ("https:example.com", scheme),
        ("*", any),
        ("any", any),
        (
            "null",
            "`null` stands for every sandboxed page and local file; let them in with `any`, or not at all",
        ),
        ("wss://example.com", "an origin is that of the page, so its scheme is http or https, not ws or wss"),
        ("https://example.com/", path),
        ("https://example.com/app", path),
        ("https://", host),
        ("https://exa mple.com", host),
        ("https://[::1", host),
        ("https://::1", host),
        ("https://me@example.com", host),
        ("https://*.", host),
        ("https://example.com:", port),
        ("https://example.com:https", port),
        ("https://example.com:65536", port),
        ("https://*", star),
        ("https://www.*.com", star),
        ("https://*example.com", star),
    ] {
        let expected = format!("origins = {pattern:?}: {problem}");
        assert_eq!(error("origins", &format!("https://fine.example, {pattern}")), expected);
    }
    assert_eq!(error("origins", " , "), "origins: the list is empty; write `same`, `any` or an origin");
}

proptest! {
    #[test]
    fn any_text_is_set_or_answered(
        name in prop::sample::select(&NAMES[..]),
        value in r"\PC{0,12}|[0-9]{0,22} ?[a-zA-Z/]{0,3}|[a-z]{0,5}://[a-z.*\[\]:0-9]{0,12}",
    ) {
        let mut options = Options::new();
        match options.set(name, &value) {
            Ok(()) => prop_assert_ne!(options, Options::new()),
            Err(error) => prop_assert_eq!(error.option(), name),
        }
    }
}
