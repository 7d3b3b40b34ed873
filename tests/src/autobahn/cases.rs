//! The cases of Autobahn 25.10: without a list of them a case that has no result would not be missed.

use crate::{Failure, Result};

/// All 517 cases.
pub const EVERY: [&str; 1] = ["*"];

/// All that needs no compression: 301 cases.
pub const EVERY_UNCOMPRESSED: [&str; 9] = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"];

/// The same with only the shorter ones of section 9, the large messages.
pub const QUICK: [&str; 14] = [
    "1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.1.3", "9.2.3", "9.3.5", "9.4.5", "9.7.3", "9.8.3",
    "10.*",
];

/// Each group with the number of its cases: group `1.1` is the cases `1.1.1` to `1.1.8`.
const GROUPS: [(&str, u32); 57] = [
    ("1.1", 8),
    ("1.2", 8),
    ("2", 11),
    ("3", 7),
    ("4.1", 5),
    ("4.2", 5),
    ("5", 20),
    ("6.1", 3),
    ("6.2", 4),
    ("6.3", 2),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 11),
    ("6.7", 4),
    ("6.8", 2),
    ("6.9", 4),
    ("6.10", 3),
    ("6.11", 5),
    ("6.12", 8),
    ("6.13", 5),
    ("6.14", 10),
    ("6.15", 1),
    ("6.16", 3),
    ("6.17", 5),
    ("6.18", 5),
    ("6.19", 5),
    ("6.20", 7),
    ("6.21", 8),
    ("6.22", 34),
    ("6.23", 7),
    ("7.1", 6),
    ("7.3", 6),
    ("7.5", 1),
    ("7.7", 13),
    ("7.9", 9),
    ("7.13", 2),
    ("9.1", 6),
    ("9.2", 6),
    ("9.3", 9),
    ("9.4", 9),
    ("9.5", 6),
    ("9.6", 6),
    ("9.7", 6),
    ("9.8", 6),
    ("10.1", 1),
    ("12.1", 18),
    ("12.2", 18),
    ("12.3", 18),
    ("12.4", 18),
    ("12.5", 18),
    ("13.1", 18),
    ("13.2", 18),
    ("13.3", 18),
    ("13.4", 18),
    ("13.5", 18),
    ("13.6", 18),
    ("13.7", 18),
];

/// The cases that the patterns name, in the suite's order; `*` stands for any text.
///
/// The suite itself takes a pattern as a beginning, so that it may run more than these.
///
/// # Errors
/// Where a pattern names no case.
pub fn matching(patterns: &[&str]) -> Result<Vec<String>> {
    let all =
        || GROUPS.into_iter().flat_map(|(group, count)| (1..=count).map(move |n| format!("{group}.{n}")));
    if let Some(pattern) = patterns.iter().find(|pattern| !all().any(|case| fits(pattern, &case))) {
        return Err(Failure::new(format!("no Autobahn case is called `{pattern}`: write `7.*` or `9.1.6`")));
    }
    Ok(all().filter(|case| patterns.iter().any(|pattern| fits(pattern, case))).collect())
}

fn fits(pattern: &str, case: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == case,
        Some((start, rest)) => case.strip_prefix(start).is_some_and(|case| {
            (0..=case.len()).filter_map(|skipped| case.get(skipped..)).any(|case| fits(rest, case))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sections_have_as_many_cases_as_the_suite() -> Result {
        assert_eq!(matching(&EVERY)?.len(), 517);
        assert_eq!(matching(&EVERY_UNCOMPRESSED)?.len(), 301);
        assert_eq!(matching(&["12.*", "13.*"])?.len(), 216);
        Ok(())
    }

    #[test]
    fn a_pattern_without_a_star_is_one_case() -> Result {
        assert_eq!(matching(&["12.1.1"])?, ["12.1.1"]);
        assert_eq!(matching(&["12.*.18", "10.*"])?.len(), 6);
        Ok(())
    }

    #[test]
    fn a_pattern_that_names_no_case_is_an_error() {
        assert!(format!("{:?}", matching(&["1.*", "8.*"])).contains("`8.*`"));
    }
}
