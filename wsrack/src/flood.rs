//! Log lines of which a stranger may cause any number.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// At most one line in this time.
const PAUSE: Duration = Duration::from_secs(5);

/// Decides whether a line is written, and counts those that are not.
#[derive(Debug, Default)]
pub(crate) struct Flood(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<Instant>,
    left_out: u64,
}

/// How many lines were left out before this one; says nothing where none was.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut(u64);

impl Flood {
    /// Whether a line may be written now.
    pub(crate) fn passes(&self) -> Option<LeftOut> {
        self.passes_at(Instant::now())
    }

    fn passes_at(&self, now: Instant) -> Option<LeftOut> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            state.left_out += 1;
            return None;
        }
        state.last = Some(now);
        Some(LeftOut(std::mem::take(&mut state.left_out)))
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            count => write!(f, " (and {count} more since this was last said)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_speaks_for_many() {
        let (flood, start) = (Flood::default(), Instant::now());
        assert_eq!(flood.passes_at(start).unwrap().to_string(), "");
        for _ in 0..7 {
            assert_eq!(flood.passes_at(start + Duration::from_secs(1)), None);
        }
        let left_out = flood.passes_at(start + PAUSE).unwrap();
        assert_eq!(left_out.to_string(), " (and 7 more since this was last said)");
        assert_eq!(flood.passes_at(start + PAUSE * 2), Some(LeftOut(0)));
    }
}
