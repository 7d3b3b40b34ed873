//! The statistics in Prometheus' text format, version 0.0.4.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{self, Write};

use super::super::measures::{MEASURES, Measure, ROUTE, Values};
use crate::stats::{HandlerTimes, RouteStats, Stats};

pub(super) const CONTENT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics.
pub(super) fn text(stats: &Stats) -> String {
    let mut text = String::new();
    for measure in &MEASURES {
        // Writing to a string does not fail.
        let _written = write_measure(&mut text, measure, stats);
    }
    text
}

fn write_measure(text: &mut String, measure: &Measure, stats: &Stats) -> fmt::Result {
    let Measure { name, help, values } = measure;
    let kind = match values {
        Values::Server(_) | Values::Gauge(_) => "gauge",
        Values::ServerBy(..) | Values::Counter(_) | Values::CounterBy(..) => "counter",
        Values::Times(_) => "histogram",
    };
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
    match values {
        Values::Server(value) => return writeln!(text, "{name} {}", value(stats)),
        Values::ServerBy(label, split) => {
            for (part, value) in split(stats) {
                writeln!(text, "{name}{{{label}=\"{part}\"}} {value}")?;
            }
        }
        _ => {}
    }
    for RouteStats { route, figures } in &stats.routes {
        let route = Escaped(route);
        match values {
            Values::Server(_) | Values::ServerBy(..) => {}
            Values::Gauge(value) | Values::Counter(value) => {
                writeln!(text, "{name}{{{ROUTE}=\"{route}\"}} {}", value(figures))?;
            }
            Values::CounterBy(label, split) => {
                for (part, value) in split(figures) {
                    writeln!(text, "{name}{{{ROUTE}=\"{route}\",{label}=\"{part}\"}} {value}")?;
                }
            }
            Values::Times(times) => write_times(text, name, &route, times(figures))?,
        }
    }
    Ok(())
}

fn write_times(text: &mut String, name: &str, route: &Escaped<'_>, times: &HandlerTimes) -> fmt::Result {
    let bounds = HandlerTimes::BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
    let mut below = 0;
    for (bound, count) in bounds.zip(times.buckets) {
        below += count;
        writeln!(text, "{name}_bucket{{{ROUTE}=\"{route}\",le=\"{bound}\"}} {below}")?;
    }
    writeln!(text, "{name}_sum{{{ROUTE}=\"{route}\"}} {}", times.seconds)?;
    writeln!(text, "{name}_count{{{ROUTE}=\"{route}\"}} {}", times.count)
}

/// A label's value.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            other => f.write_char(other),
        })
    }
}
