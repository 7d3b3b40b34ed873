//! The statistics for the `metrics` facade.

use std::collections::HashMap;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit};

use super::measures::{MEASURES, Measure, ROUTE, Values};
use crate::stats::{Figures, HandlerTimes, RouteStats, Stats};

/// Hands statistics to a recorder of the crate [`metrics`]. Feature `metrics`.
///
/// The recorder is a value: none is installed for the process, nor is one asked for that is.
///
/// Counters are set to their number, so that it does not matter how often they are recorded. Times of handlers are
/// counted by the bounds in [`HandlerTimes::BOUNDS`]: those of one bucket are recorded as its middle. Give a
/// Prometheus exporter the same bounds.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use wsrack::{ServerHandle, StatsRecorder};
///
/// async fn record(server: ServerHandle, recorder: impl metrics::Recorder) {
///     let mut recorder = StatsRecorder::new(recorder);
///     let mut time = tokio::time::interval(Duration::from_secs(5));
///     loop {
///         time.tick().await;
///         if let Some(stats) = server.stats() {
///             recorder.record(&stats);
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct StatsRecorder<R> {
    recorder: R,
    /// What was recorded of times, by route.
    times: HashMap<String, [u64; HandlerTimes::BOUNDS.len() + 1]>,
}

/// Who reports.
const METADATA: Metadata<'static> = Metadata::new("wsrack", Level::INFO, Some("wsrack"));

impl<R: Recorder> StatsRecorder<R> {
    /// Describes the metrics to the recorder.
    pub fn new(recorder: R) -> Self {
        for Measure { name, help, values } in &MEASURES {
            let (name, help) = (KeyName::from_const_str(name), (*help).into());
            match values {
                Values::Server(_) => recorder.describe_gauge(name, Some(Unit::Seconds), help),
                Values::Gauge(_) => recorder.describe_gauge(name, None, help),
                Values::ServerBy(..) | Values::Counter(_) | Values::CounterBy(..) => {
                    recorder.describe_counter(name, None, help);
                }
                Values::Times(_) => recorder.describe_histogram(name, Some(Unit::Seconds), help),
            }
        }
        Self { recorder, times: HashMap::new() }
    }

    /// Records what has been counted so far.
    pub fn record(&mut self, stats: &Stats) {
        for measure in &MEASURES {
            self.record_server(measure, stats);
            for RouteStats { route, figures, .. } in &stats.routes {
                self.record_route(measure, route, figures);
            }
        }
    }

    fn record_server(&self, measure: &Measure, stats: &Stats) {
        match measure.values {
            Values::Server(value) => {
                let key = Key::from_static_name(measure.name);
                self.recorder.register_gauge(&key, &METADATA).set(value(stats));
            }
            Values::ServerBy(label, split) => {
                for (part, value) in split(stats) {
                    let key = Key::from_parts(measure.name, vec![Label::new(label, part)]);
                    self.recorder.register_counter(&key, &METADATA).absolute(value);
                }
            }
            _ => {}
        }
    }

    fn record_route(&mut self, measure: &Measure, route: &str, figures: &Figures) {
        let label = || Label::new(ROUTE, route.to_owned());
        let key = || Key::from_parts(measure.name, vec![label()]);
        match measure.values {
            Values::Server(_) | Values::ServerBy(..) => {}
            Values::Gauge(value) => {
                self.recorder.register_gauge(&key(), &METADATA).set(as_f64(value(figures)));
            }
            Values::Counter(value) => {
                self.recorder.register_counter(&key(), &METADATA).absolute(value(figures));
            }
            Values::CounterBy(name, split) => {
                for (part, value) in split(figures) {
                    let key = Key::from_parts(measure.name, vec![label(), Label::new(name, part)]);
                    self.recorder.register_counter(&key, &METADATA).absolute(value);
                }
            }
            Values::Times(times) => {
                let histogram = self.recorder.register_histogram(&key(), &METADATA);
                let known = self.times.entry(route.to_owned()).or_default();
                for (bucket, count) in times(figures).buckets.into_iter().enumerate() {
                    let new = count.saturating_sub(known[bucket]);
                    if new > 0 {
                        histogram.record_many(middle(bucket), usize::try_from(new).unwrap_or(usize::MAX));
                    }
                    known[bucket] = count;
                }
            }
        }
    }
}

/// A time that falls into the bucket.
fn middle(bucket: usize) -> f64 {
    let bounds = HandlerTimes::BOUNDS;
    let lower = bucket.checked_sub(1).map_or(0.0, |before| bounds[before]);
    bounds.get(bucket).map_or(2.0 * lower, |upper| f64::midpoint(lower, *upper))
}

#[expect(clippy::cast_precision_loss, reason = "a gauge has no more precision")]
fn as_f64(value: u64) -> f64 {
    value as f64
}
