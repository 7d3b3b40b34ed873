//! Sizes, times, rates and switches as people write them. Each error says what would be right.
//!
//! This file names nothing of the crate around it, so that the macros read attributes with the same text.

use std::time::Duration;

/// `"1 MiB"`, `"256 B"`, `"64KiB"`, `"1048576"`: bytes.
pub(crate) fn size(text: &str) -> Result<u64, &'static str> {
    let (number, unit) = number(text, "not a size; write bytes, or a number with a unit: `64 KiB`")?;
    let bytes: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ if unit.starts_with(['.', ',']) => return Err("a size is a whole number; 1.5 MiB is `1536 KiB`"),
        _ => return Err("unknown unit; the units are B, KiB (1024 B), MiB and GiB: `64 KiB`"),
    };
    number.checked_mul(bytes).ok_or(TOO_LARGE)
}

/// `"25s"`, `"500ms"`, `"2m"`, `"1h"`; `"off"` is `None`.
pub(crate) fn duration(text: &str) -> Result<Option<Duration>, &'static str> {
    if text.trim() == "off" {
        return Ok(None);
    }
    let (number, unit) =
        number(text, "not a time; write a number with ms, s, m or h, as in `25s`, or `off`")?;
    let seconds = match unit {
        "ms" => return Ok(Some(Duration::from_millis(number))),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "" => return Err("a time needs a unit: ms, s, m or h, as in `25s`"),
        _ if unit.starts_with(['.', ',']) => return Err("a time is a whole number; 1.5 s is `1500ms`"),
        _ => return Err("unknown unit; the units are ms, s, m and h: `25s`"),
    };
    number.checked_mul(seconds).map(|all| Some(Duration::from_secs(all))).ok_or(TOO_LARGE)
}

/// `"100/s"`, `"600/m"`, `"5000/h"`: how many in how long.
pub(crate) fn rate(text: &str) -> Result<(u32, Duration), &'static str> {
    let (number, unit) = number(text, "not a rate; write a number and a time: `100/s`")?;
    let seconds = match unit.strip_prefix('/').map(str::trim_start) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 3600,
        _ => return Err("a rate counts by second, minute or hour: `100/s`, `600/m`, `5000/h`"),
    };
    Ok((u32::try_from(number).map_err(|_| TOO_LARGE)?, Duration::from_secs(seconds)))
}

/// `"on"`, `"off"`, `"true"`, `"false"`.
pub(crate) fn switch(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("neither on nor off; write `on`, `off`, `true` or `false`"),
    }
}

const TOO_LARGE: &str = "the number is too large";

/// The leading digits, and what follows them and any blanks; `none` is the error where there are no digits.
fn number<'a>(text: &'a str, none: &'static str) -> Result<(u64, &'a str), &'static str> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if digits == 0 {
        return Err(none);
    }
    Ok((number.parse().map_err(|_| TOO_LARGE)?, unit.trim_start()))
}
