use std::time::Duration;

use crate::options::units::{duration, rate, size, switch};

#[test]
fn sizes() {
    for (text, bytes) in [
        ("1 MiB", 1 << 20),
        ("256 B", 256),
        ("64KiB", 64 << 10),
        ("1048576", 1 << 20),
        (" 2  gib ", 2 << 30),
        ("1 kib", 1024),
        ("0", 0),
        ("007", 7),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
}

#[test]
fn wrong_sizes() {
    let no_size = "not a size; write bytes, or a number with a unit: `64 KiB`";
    let unit = "unknown unit; the units are B, KiB (1024 B), MiB and GiB: `64 KiB`";
    for (text, message) in [
        ("", no_size),
        ("MiB", no_size),
        ("-1", no_size),
        ("+1", no_size),
        ("off", no_size),
        ("1 MB", unit),
        ("1k", unit),
        ("1 Mi B", unit),
        ("1 MiB 5", unit),
        ("0x10", unit),
        ("1_000", unit),
        ("1.5 MiB", "a size is a whole number; 1.5 MiB is `1536 KiB`"),
        ("1,5 MiB", "a size is a whole number; 1.5 MiB is `1536 KiB`"),
        ("17179869184 GiB", "the number is too large"),
        ("99999999999999999999 KiB", "the number is too large"),
        ("99999999999999999999", "the number is too large"),
    ] {
        assert_eq!(size(text), Err(message), "{text}");
    }
}

#[test]
fn durations() {
    for (text, time) in [
        ("25s", Duration::from_secs(25)),
        ("500ms", Duration::from_millis(500)),
        ("2m", Duration::from_mins(2)),
        ("1h", Duration::from_hours(1)),
        (" 25 s ", Duration::from_secs(25)),
        ("0s", Duration::ZERO),
    ] {
        assert_eq!(duration(text), Ok(Some(time)), "{text}");
    }
    assert_eq!(duration("off"), Ok(None));
    assert_eq!(duration(" off "), Ok(None));
}

#[test]
fn wrong_durations() {
    let no_time = "not a time; write a number with ms, s, m or h, as in `25s`, or `off`";
    let unit = "unknown unit; the units are ms, s, m and h: `25s`";
    for (text, message) in [
        ("", no_time),
        ("soon", no_time),
        ("-5s", no_time),
        ("none", no_time),
        ("25", "a time needs a unit: ms, s, m or h, as in `25s`"),
        ("25 sec", unit),
        ("1m30s", unit),
        ("1d", unit),
        ("25S", unit),
        ("1.5s", "a time is a whole number; 1.5 s is `1500ms`"),
        ("18446744073709551615h", "the number is too large"),
        ("99999999999999999999s", "the number is too large"),
        ("99999999999999999999ms", "the number is too large"),
    ] {
        assert_eq!(duration(text), Err(message), "{text}");
    }
}

#[test]
fn rates() {
    assert_eq!(rate("100/s"), Ok((100, Duration::from_secs(1))));
    assert_eq!(rate("600 / m"), Ok((600, Duration::from_mins(1))));
    assert_eq!(rate("5000/h"), Ok((5000, Duration::from_hours(1))));
    assert_eq!(rate("fast"), Err("not a rate; write a number and a time: `100/s`"));
    for text in ["100", "100/", "100s", "100/d", "100/2s", "1.5/s"] {
        let message = "a rate counts by second, minute or hour: `100/s`, `600/m`, `5000/h`";
        assert_eq!(rate(text), Err(message), "{text}");
    }
    assert_eq!(rate("4294967296/s"), Err("the number is too large"));
}

#[test]
fn switches() {
    assert_eq!((switch("on"), switch(" true ")), (Ok(true), Ok(true)));
    assert_eq!((switch("off"), switch("false")), (Ok(false), Ok(false)));
    for text in ["", "1", "yes", "ON"] {
        assert_eq!(switch(text), Err("neither on nor off; write `on`, `off`, `true` or `false`"), "{text}");
    }
}
