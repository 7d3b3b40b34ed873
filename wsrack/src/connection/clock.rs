//! The connection's deadlines, all behind one alarm.
//!
//! Nothing sets a timer for a message: what happens is noted, and the alarm, when it rings, looks whether
//! the deadline has moved meanwhile. Times are milliseconds since the connection began; they wrap after 49
//! days, so deadlines are told by how far away they are, and the alarm is never set farther than [`FARTHEST`].

use std::time::Duration;

use tokio::time::Instant;

use super::core::Core;
use super::ending::{Ending, Stage};
use crate::close::{Cause, CloseCode};
use crate::options::{Rate, Settings};
use crate::outbox::Outbox;

/// How often a connection that does not read looks whether its peer is still there.
const RESET_CHECK: Duration = Duration::from_secs(1);

/// The farthest that an alarm is set, in milliseconds: twelve days. When it rings the deadline is looked at again.
const FARTHEST: u32 = 1 << 30;

#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    /// When the peer's last bytes came.
    received: u32,
    /// When the peer's socket last took bytes, or began to refuse them.
    sent: u32,
    /// When the last keepalive ping was sent.
    pinged: u32,
    /// What the alarm is set to.
    alarm: Option<u32>,
    /// The deadlines have changed since the alarm was set.
    changed: bool,
    blocked: bool,
    /// Some `#[every]` handler may be due.
    ticked: bool,
    rare: Option<Box<Rare>>,
}

/// What only some applications use.
#[derive(Debug, Default)]
struct Rare {
    every: Vec<Tick>,
    /// Messages in the current period of `message_rate`, which began then.
    counted: (u32, u32),
}

#[derive(Debug)]
struct Tick {
    period: Duration,
    since: u32,
}

impl Clock {
    pub(super) fn start(settings: &Settings, every: &[Duration]) -> Self {
        let tick = |period: &Duration| Tick { period: *period, since: 0 };
        let rare = Rare { every: every.iter().map(tick).collect(), counted: (0, 0) };
        let used = !every.is_empty() || settings.message_rate.is_some();
        Self {
            started: Instant::now(),
            received: 0,
            sent: 0,
            pinged: 0,
            alarm: None,
            changed: true,
            blocked: false,
            ticked: false,
            rare: used.then(|| Box::new(rare)),
        }
    }

    pub(super) fn now(&self) -> u32 {
        millis(self.started.elapsed())
    }

    /// The deadlines have changed: the alarm is looked at before the connection sleeps.
    pub(super) fn changed(&mut self) {
        self.changed = true;
    }

    pub(super) fn received(&mut self) {
        self.received = self.now();
    }

    /// The socket refuses bytes.
    pub(super) fn blocked(&mut self) {
        if !self.blocked {
            self.blocked = true;
            self.sent = self.now();
            self.changed = true;
        }
    }

    /// The socket took bytes, but perhaps not all.
    pub(super) fn sent(&mut self) {
        if self.blocked {
            self.sent = self.now();
        }
    }

    pub(super) fn unblocked(&mut self) {
        self.blocked = false;
    }

    pub(super) fn passed(&self, since: u32, timeout: Duration) -> bool {
        left(self.now().wrapping_sub(since), timeout) == 0
    }

    /// Alarms that were set before may ring as well: only the one that was set last is forgotten when it rings,
    /// or each of the others would be set anew, for ever.
    fn rings(&mut self, now: u32) {
        if self.alarm.is_some_and(|at| is_past(at, now)) {
            self.alarm = None;
        }
        self.changed = true;
    }

    /// A pong came. Only the one that answers the last keepalive ping tells the round trip.
    pub(super) fn pong(&self, payload: &[u8], outbox: &Outbox) {
        let Ok(sent) = payload.try_into().map(u64::from_be_bytes) else { return };
        let now = micros(self.started.elapsed());
        #[expect(clippy::cast_possible_truncation, reason = "the clock wraps")]
        let sent_at = (sent / 1000) as u32;
        if sent_at == self.pinged && sent <= now {
            outbox.round_trip(u32::try_from(now - sent).unwrap_or(u32::MAX - 1));
        }
    }

    /// The `#[every]` handler that is due, if one is.
    pub(super) fn due_every(&mut self) -> Option<usize> {
        if !self.ticked {
            return None;
        }
        let now = self.now();
        let due = self.rare.as_mut().and_then(|rare| {
            let is_due = |tick: &Tick| left(now.wrapping_sub(tick.since), tick.period) == 0;
            let index = rare.every.iter().position(is_due)?;
            // A tick that was missed is not made up for.
            rare.every[index].since = now;
            Some(index)
        });
        self.ticked = due.is_some();
        self.changed |= due.is_some();
        due
    }

    /// Counts a message; `false` beyond what `rate` allows.
    pub(super) fn count_message(&mut self, rate: Option<Rate>) -> bool {
        let (Some(rate), Some(rare)) = (rate, &mut self.rare) else { return true };
        let now = millis(self.started.elapsed());
        let (since, count) = &mut rare.counted;
        if now.wrapping_sub(*since) >= millis(rate.per()) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= rate.messages()
    }
}

impl Core {
    /// The alarm rang, or a deadline was moved from outside: what is due is done.
    pub(super) fn check_deadlines(&mut self) {
        let now = self.clock.now();
        self.clock.rings(now);
        let settings = &self.scope.settings;
        if let Some(ending) = &mut self.ending {
            let late =
                ending.stage > Stage::Begun && self.clock.passed_since(ending.since, settings.close_timeout);
            if late || self.clock.is_stuck(settings) {
                ending.break_off();
            }
            return;
        }
        if self.paused && self.io.is_reset() {
            self.end(Ending::cut(Cause::Lost, CloseCode::ABNORMAL, now));
        }
        let settings = &self.scope.settings;
        if self.clock.is_stuck(settings) {
            self.end(Ending::cut(Cause::SendTimeout, CloseCode::ABNORMAL, now));
        } else if !self.paused && self.clock.passed_since(self.clock.received, settings.idle_timeout) {
            self.end(Ending::cut(Cause::PingTimeout, CloseCode::ABNORMAL, now));
        } else if let Some((_, code)) = self.outbox.expires().filter(|(at, _)| *at <= Instant::now()) {
            self.end(Ending::server(Cause::Server, code, "expired", now));
        } else if self.ping_in(now) == Some(0) {
            self.ping();
        }
        self.clock.ticked = true;
    }

    /// Sets the alarm to the nearest deadline, if it is not set to an earlier one.
    pub(super) fn set_alarm(&mut self) {
        if !std::mem::take(&mut self.clock.changed) {
            return;
        }
        let now = self.clock.now();
        let Some(left) = self.nearest_deadline(now) else { return };
        let next = now.wrapping_add(left);
        if self.clock.alarm.is_none_or(|set| !is_past(set, next)) {
            self.clock.alarm = Some(next);
            self.registration.arm(Instant::now() + Duration::from_millis(left.into()));
        }
    }

    /// How far away the nearest deadline is.
    fn nearest_deadline(&self, now: u32) -> Option<u32> {
        let (settings, clock) = (&self.scope.settings, &self.clock);
        let after = |since: u32, timeout: Option<Duration>| Some(left(now.wrapping_sub(since), timeout?));
        let blocked = if clock.blocked { after(clock.sent, settings.send_timeout) } else { None };
        if let Some(ending) = &self.ending {
            let close = after(ending.since, settings.close_timeout);
            return if ending.stage == Stage::Done { None } else { close.into_iter().chain(blocked).min() };
        }
        let idle = if self.paused { None } else { after(clock.received, settings.idle_timeout) };
        let reset = if self.paused { after(now, Some(RESET_CHECK)) } else { None };
        let expires =
            self.outbox.expires().map(|(at, _)| left(0, at.saturating_duration_since(Instant::now())));
        let ticks = clock.rare.iter().flat_map(|rare| &rare.every);
        let ticks = ticks.filter_map(|tick| after(tick.since, Some(tick.period)));
        [idle, self.ping_in(now), blocked, reset, expires].into_iter().flatten().chain(ticks).min()
    }

    /// How far away the next keepalive ping is: it is due when the peer has said nothing for that long.
    fn ping_in(&self, now: u32) -> Option<u32> {
        let interval = self.scope.settings.ping_interval.filter(|_| self.outbox.wire().supports_ping())?;
        let quiet = now.wrapping_sub(self.clock.received).min(now.wrapping_sub(self.clock.pinged));
        Some(left(quiet, interval))
    }

    fn ping(&mut self) {
        let sent = micros(self.clock.started.elapsed());
        #[expect(clippy::cast_possible_truncation, reason = "the clock wraps")]
        let pinged = (sent / 1000) as u32;
        self.clock.pinged = pinged;
        let payload = sent.to_be_bytes();
        self.outbox.control(payload.len(), |wire, queue| wire.ping(&payload, queue.tail()));
    }
}

impl Clock {
    /// The peer has taken nothing for too long.
    fn is_stuck(&self, settings: &Settings) -> bool {
        self.blocked && self.passed_since(self.sent, settings.send_timeout)
    }

    fn passed_since(&self, since: u32, timeout: Option<Duration>) -> bool {
        timeout.is_some_and(|timeout| self.passed(since, timeout))
    }
}

/// How much of `timeout` is left after `elapsed`, up to [`FARTHEST`].
fn left(elapsed: u32, timeout: Duration) -> u32 {
    let left = timeout.as_millis().saturating_sub(elapsed.into());
    u32::try_from(left).unwrap_or(FARTHEST).min(FARTHEST)
}

/// Whether `at` is `now` or before it.
fn is_past(at: u32, now: u32) -> bool {
    now.wrapping_sub(at).cast_signed() >= 0
}

#[expect(clippy::cast_possible_truncation, reason = "the clock wraps")]
fn millis(time: Duration) -> u32 {
    time.as_millis() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "half a million years")]
fn micros(time: Duration) -> u64 {
    time.as_micros() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_deadline_farther_than_the_clock_goes_is_never_past() {
        assert_eq!(left(0, 30 * DAY), FARTHEST);
        assert_eq!(left(FARTHEST, 30 * DAY), FARTHEST);
        assert_eq!(left(millis(29 * DAY), 30 * DAY), millis(DAY));
        assert_eq!(left(millis(30 * DAY), 30 * DAY), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_rings_early_is_not_set_again() {
        let mut clock = Clock::start(&Settings::default(), &[]);
        clock.alarm = Some(25_000);
        clock.rings(10_000);
        assert_eq!(clock.alarm, Some(25_000));
        clock.rings(25_000);
        assert_eq!(clock.alarm, None);
    }
}
