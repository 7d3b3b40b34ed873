//! The verdicts of one run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
};

use serde::Deserialize;

use crate::Result;

/// The verdict on a case that was to run and is not in the suite's index.
const NO_RESULT: &str = "NO RESULT";

/// How many of all 517 cases are `OK`, and how many `INFORMATIONAL`.
const COMPLETE: [usize; 2] = [514, 3];

/// The verdict on each case, in the suite's order; its `Display` is a table of how many there are of each, and a line for
/// each case that is not as it should be.
#[derive(Debug)]
pub struct Report {
    verdicts: Vec<(String, String)>,
    pages: PathBuf,
}

/// What the suite's index says of one case: on the messages, and on the way the connection ended.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    behavior: String,
    behavior_close: String,
}

impl Report {
    /// Reads the text of the suite's `index.json`, in which each of `cases` must have a result.
    pub(super) fn read(index: &str, cases: Vec<String>, pages: PathBuf) -> Result<Self> {
        // The suite was given one server; one that it never reached is not in its index.
        let servers: BTreeMap<String, BTreeMap<String, Entry>> = serde_json::from_str(index)?;
        let mut entries = servers.into_values().next().unwrap_or_default();
        let mut verdicts: Vec<_> = cases
            .into_iter()
            .map(|case| {
                let verdict = entries.remove(&case).map_or_else(|| NO_RESULT.to_owned(), Entry::verdict);
                (case, verdict)
            })
            .collect();
        // The suite ran more than was asked for: these count as well.
        verdicts.extend(entries.into_iter().map(|(case, entry)| (case, entry.verdict())));
        Ok(Self { verdicts, pages })
    }

    /// Whether each case is `OK` or `INFORMATIONAL`; `NON-STRICT` is not enough.
    pub fn is_good(&self) -> bool {
        self.bad().next().is_none()
    }

    /// Whether the verdicts are those on a server with compression: 514 `OK`, 3 `INFORMATIONAL` and nothing else.
    ///
    /// A server that takes no compression passes with fewer that are OK.
    pub fn is_complete(&self) -> bool {
        let counts = ["OK", "INFORMATIONAL"].map(|verdict| self.count(verdict));
        counts == COMPLETE && self.verdicts.len() == COMPLETE.iter().sum::<usize>()
    }

    fn count(&self, verdict: &str) -> usize {
        self.verdicts.iter().filter(|(_, found)| found == verdict).count()
    }

    fn bad(&self) -> impl Iterator<Item = &(String, String)> {
        self.verdicts.iter().filter(|(_, verdict)| !is_good(verdict))
    }
}

impl Entry {
    /// The worse one of the two.
    fn verdict(self) -> String {
        if is_good(&self.behavior) && !is_good(&self.behavior_close) {
            format!("{} CLOSE", self.behavior_close)
        } else {
            self.behavior
        }
    }
}

fn is_good(verdict: &str) -> bool {
    matches!(verdict, "OK" | "INFORMATIONAL")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts: BTreeMap<(u32, &str), usize> = BTreeMap::new();
        for (case, verdict) in &self.verdicts {
            let section = case.split('.').next().and_then(|section| section.parse().ok()).unwrap_or_default();
            *counts.entry((section, verdict)).or_default() += 1;
        }
        let columns: BTreeSet<&str> = counts.keys().map(|(_, verdict)| *verdict).collect();
        let sections: BTreeSet<u32> = counts.keys().map(|(section, _)| *section).collect();

        write!(f, "section")?;
        columns.iter().try_for_each(|verdict| write!(f, "  {verdict:>6}"))?;
        for section in sections {
            write!(f, "\n{section:>7}")?;
            for verdict in &columns {
                let count = counts.get(&(section, *verdict)).copied().unwrap_or_default();
                write!(f, "  {count:>width$}", width = verdict.len().max(6))?;
            }
        }
        write!(f, "\n    all")?;
        for column in &columns {
            write!(f, "  {:>width$}", self.count(column), width = column.len().max(6))?;
        }
        self.bad().try_for_each(|(case, verdict)| write!(f, "\ncase {case}: {verdict}"))?;
        write!(f, "\npages: {}", self.pages.join("index.html").display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autobahn::{EVERY, matching};

    fn report(first: (&str, &str), cases: &[&str]) -> Result<Report> {
        let index = serde_json::json!({ "server": {
            "1.1.1": { "behavior": first.0, "behaviorClose": first.1, "duration": 1 },
            "7.13.1": { "behavior": "INFORMATIONAL", "behaviorClose": "INFORMATIONAL" },
        }});
        let cases = cases.iter().copied().map(str::to_owned).collect();
        Report::read(&index.to_string(), cases, PathBuf::new())
    }

    #[test]
    fn ok_and_informational_are_good() -> Result {
        assert!(report(("OK", "OK"), &["1.1.1", "7.13.1"])?.is_good());
        Ok(())
    }

    #[test]
    fn non_strict_is_not_good() -> Result {
        let report = report(("NON-STRICT", "OK"), &["1.1.1", "7.13.1"])?;
        assert!(!report.is_good());
        assert!(report.to_string().contains("case 1.1.1: NON-STRICT"), "{report}");
        Ok(())
    }

    #[test]
    fn a_wrong_close_is_not_good() -> Result {
        assert!(!report(("OK", "WRONG CODE"), &["1.1.1", "7.13.1"])?.is_good());
        Ok(())
    }

    #[test]
    fn a_case_without_a_result_is_not_good() -> Result {
        let report = report(("OK", "OK"), &["1.1.1", "1.1.2", "7.13.1"])?;
        assert!(!report.is_good());
        assert!(report.to_string().contains("case 1.1.2: NO RESULT"), "{report}");
        Ok(())
    }

    #[test]
    fn a_server_that_was_never_reached_is_not_good() -> Result {
        assert!(!Report::read("{}", vec!["1.1.1".to_owned()], PathBuf::new())?.is_good());
        Ok(())
    }

    #[test]
    fn complete_is_every_case_with_its_verdict() -> Result {
        let cases = matching(&EVERY)?;
        let index = |odd: &str| {
            let entry = |case: &String| {
                let verdict = match &**case {
                    "7.1.6" | "7.13.1" | "7.13.2" => "INFORMATIONAL",
                    "12.1.1" => odd,
                    _ => "OK",
                };
                (case.clone(), serde_json::json!({ "behavior": verdict, "behaviorClose": "OK" }))
            };
            let entries: serde_json::Map<_, _> = cases.iter().map(entry).collect();
            serde_json::json!({ "server": entries }).to_string()
        };
        let complete = |odd| -> Result<bool> {
            Ok(Report::read(&index(odd), cases.clone(), PathBuf::new())?.is_complete())
        };
        assert!(complete("OK")?);
        for odd in ["INFORMATIONAL", "UNIMPLEMENTED", "NON-STRICT"] {
            assert!(!complete(odd)?, "{odd}");
        }
        assert!(!Report::read("{}", cases, PathBuf::new())?.is_complete());
        Ok(())
    }

    #[test]
    fn a_case_that_nobody_asked_for_counts() -> Result {
        assert!(!report(("FAILED", "OK"), &["7.13.1"])?.is_good());
        Ok(())
    }
}
