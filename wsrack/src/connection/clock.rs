//! The connection's deadlines, all behind one alarm.
//!
//! Nothing sets a timer for a message: what happens is noted, and the alarm, when it rings, looks whether
//! the deadline has moved meanwhile. Times are milliseconds since the connection began; they wrap after 49
//! days, and are only ever compared with near ones.

use std::time::Duration;

use tokio::time::Instant;

use super::core::Core;
use super::ending::{Ending, Manner, Stage};
use crate::close::{Cause, CloseCode};
use crate::options::{Rate, Settings};
use crate::outbox::Outbox;

/// How often a connection that does not read looks whether its peer is still there.
const RESET_CHECK: Duration = Duration::from_secs(1);

/// Times nearer than this can be compared, though the clock wraps.
const FAR: Duration = Duration::from_hours(24 * 24);

#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "as in `Core`; an `Option` of the alarm would take a word more"
)]
pub(super) struct Clock {
    started: Instant,
    /// When the peer's last bytes came: reckoned in milliseconds when somebody asks, not for each message.
    received: Instant,
    /// When the peer's socket last took bytes, or began to refuse them.
    sent: u32,
    /// When the last keepalive ping was sent.
    pinged: u32,
    /// What the alarm is set to, where it is `armed`.
    alarm: u32,
    armed: bool,
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
    /// `None` beyond the end of time.
    at: Option<Instant>,
}

impl Clock {
    pub(super) fn start(settings: &Settings, every: &[Duration]) -> Self {
        let tick = |period: &Duration| Tick { period: *period, at: Instant::now().checked_add(*period) };
        let rare = Rare { every: every.iter().map(tick).collect(), counted: (0, 0) };
        let used = !every.is_empty() || settings.message_rate.is_some();
        let started = Instant::now();
        Self {
            started,
            received: started,
            sent: 0,
            pinged: 0,
            alarm: 0,
            armed: false,
            changed: true,
            blocked: false,
            ticked: false,
            rare: used.then(|| Box::new(rare)),
        }
    }

    pub(super) fn now(&self) -> u32 {
        millis(self.started.elapsed())
    }

    /// When an alarm for `at` rings. What is too far away to be compared is looked at again on the way.
    fn at(&self, at: Instant) -> u32 {
        let left = at.saturating_duration_since(Instant::now()).min(FAR);
        self.now().wrapping_add(millis(left)).wrapping_add(1)
    }

    /// The deadlines have changed: the alarm is looked at before the connection sleeps.
    pub(super) fn changed(&mut self) {
        self.changed = true;
    }

    /// Whether the alarm is to be looked at.
    #[inline]
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    #[inline]
    pub(super) fn received(&mut self) {
        self.received = Instant::now();
    }

    fn received_at(&self) -> u32 {
        millis(self.received.saturating_duration_since(self.started))
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
        self.changed |= self.blocked;
        self.blocked = false;
    }

    pub(super) fn passed(&self, since: u32, timeout: Duration) -> bool {
        self.now().wrapping_sub(since) >= span(timeout)
    }

    /// An alarm rang. It may be one that was set before, or that of a connection which had this one's place: only
    /// the one that was set last is forgotten, or each of the others would be set anew whenever it rings, and
    /// they would add up for ever.
    fn rings(&mut self, now: u32) {
        self.armed &= !is_past(self.alarm, now);
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

    /// Whether to ask for [`due_every`](Self::due_every).
    #[inline]
    pub(super) fn may_be_due(&self) -> bool {
        self.ticked
    }

    /// The `#[every]` handler that is due, if one is.
    pub(super) fn due_every(&mut self) -> Option<usize> {
        if !self.ticked {
            return None;
        }
        let now = Instant::now();
        let due = self.rare.as_mut().and_then(|rare| {
            let index = rare.every.iter().position(|tick| tick.at.is_some_and(|at| at <= now))?;
            // A tick that was missed is not made up for.
            rare.every[index].at = now.checked_add(rare.every[index].period);
            Some(index)
        });
        self.ticked = due.is_some();
        self.changed = true;
        due
    }

    /// Counts a message; `false` beyond what `rate` allows.
    pub(super) fn count_message(&mut self, rate: Rate) -> bool {
        let Some(rare) = &mut self.rare else { return true };
        let now = millis(self.started.elapsed());
        let (since, count) = &mut rare.counted;
        if now.wrapping_sub(*since) >= span(rate.per()) {
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
        if self.ending.is_some() {
            self.check_ending();
            return;
        }
        if self.paused && self.io.is_reset() {
            self.end(Ending::cut(Cause::Lost, CloseCode::ABNORMAL, now));
        }
        let settings = &self.outbox.policy().settings;
        if self.clock.blocked && self.clock.passed_since(self.clock.sent, settings.send_timeout) {
            self.end(Ending::cut(Cause::SendTimeout, CloseCode::ABNORMAL, now));
        } else if self.clock.passed_since(self.clock.received_at(), self.idle_timeout()) {
            self.end(Ending::cut(Cause::PingTimeout, CloseCode::ABNORMAL, now));
        } else if let Some((_, code)) = self.outbox.expires().filter(|(at, _)| *at <= Instant::now()) {
            self.end(Ending::server(Cause::Server, code, "expired", now));
        } else if self.ping_at().is_some_and(|at| is_past(at, now)) {
            self.ping();
        }
        self.clock.ticked = true;
    }

    /// Sets the alarm to the nearest deadline, if it is not set to an earlier one.
    pub(super) fn set_alarm(&mut self) {
        let Some(next) = self.nearest_deadline() else { return };
        if !self.clock.armed || !is_past(self.clock.alarm, next) {
            (self.clock.alarm, self.clock.armed) = (next, true);
            // The clock's start plus the distance, so that it holds after a wrap, too.
            let now = self.clock.now();
            let distance = if is_past(next, now) { 0 } else { next.wrapping_sub(now) };
            self.registration.arm(Instant::now() + Duration::from_millis(distance.into()));
        }
    }

    fn nearest_deadline(&self) -> Option<u32> {
        let (settings, clock) = (&self.outbox.policy().settings, &self.clock);
        let after =
            |since: u32, timeout: Option<Duration>| timeout.map(|time| since.wrapping_add(span(time)));
        if let Some(ending) = &self.ending {
            return self.ending_deadline(ending);
        }
        let idle = after(clock.received_at(), self.idle_timeout());
        let blocked = if clock.blocked { after(clock.sent, settings.send_timeout) } else { None };
        let reset = if self.paused { after(clock.now(), Some(RESET_CHECK)) } else { None };
        let expires = self.outbox.expires().map(|(at, _)| at);
        // A tick that is due rings no further alarm while it waits for its turn.
        let ticks = clock.rare.iter().filter(|_| !clock.ticked).flat_map(|rare| &rare.every);
        let instants = ticks.filter_map(|tick| tick.at).chain(expires).map(|at| clock.at(at));
        let now = clock.now();
        [idle, self.ping_at(), blocked, reset]
            .into_iter()
            .flatten()
            .chain(instants)
            .min_by_key(|at| at.wrapping_sub(now).cast_signed())
    }

    /// The peer has had its time: to take what was queued before the close frame, the frame itself, and to
    /// answer it.
    fn check_ending(&mut self) {
        let Some(ending) = &mut self.ending else { return };
        let Some(timeout) = self.outbox.policy().settings.close_timeout else { return };
        if ending.stage == Stage::Begun {
            if self.clock.blocked && self.clock.passed(self.clock.sent, timeout) {
                ending.break_off();
                self.outbox.shut(false);
                self.discard_queued();
            }
        } else if self.clock.passed(ending.since, timeout) {
            ending.break_off();
        }
    }

    fn ending_deadline(&self, ending: &Ending) -> Option<u32> {
        let timeout = self.outbox.policy().settings.close_timeout?;
        let after = |since: u32| since.wrapping_add(span(timeout));
        match ending.stage {
            Stage::Done => None,
            Stage::Begun if self.clock.blocked => Some(after(self.clock.sent)),
            Stage::Begun if self.end_is_due() || ending.manner == Manner::AskInTurn => None,
            _ => Some(after(ending.since)),
        }
    }

    /// How long the peer may be silent. Not while it is not read; and one that cannot be pinged may be silent for
    /// ever, though not within a frame, for which memory may be held.
    fn idle_timeout(&self) -> Option<Duration> {
        let counts = !self.paused && (self.outbox.wire().supports_ping() || !self.codec.is_idle());
        self.outbox.policy().settings.idle_timeout.filter(|_| counts)
    }

    /// When the next keepalive ping is due: the peer has said nothing for that long.
    fn ping_at(&self) -> Option<u32> {
        // A peer that refuses bytes would get it behind all others.
        let pings = self.outbox.wire().supports_ping() && !self.clock.blocked;
        let interval = self.outbox.policy().settings.ping_interval.filter(|_| pings)?;
        let (pinged, received) = (self.clock.pinged, self.clock.received_at());
        Some(later(self.clock.now(), pinged, received).wrapping_add(span(interval)))
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
    pub(super) fn passed_since(&self, since: u32, timeout: Option<Duration>) -> bool {
        timeout.is_some_and(|timeout| self.passed(since, timeout))
    }
}

/// Whether `at` is `now` or before it.
fn is_past(at: u32, now: u32) -> bool {
    now.wrapping_sub(at).cast_signed() >= 0
}

/// Which of two times in the past is the later one. One that is long past may be any distance away.
fn later(now: u32, one: u32, other: u32) -> u32 {
    if now.wrapping_sub(one) <= now.wrapping_sub(other) { one } else { other }
}

/// How long a time-out is, in whole milliseconds: what is shorter takes one.
fn span(timeout: Duration) -> u32 {
    millis(timeout.saturating_add(Duration::from_nanos(999_999)))
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

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_rings_early_is_not_set_again() {
        let mut clock = Clock::start(&Settings::default(), &[]);
        (clock.alarm, clock.armed) = (25_000, true);
        clock.rings(10_000);
        assert!(clock.armed);
        clock.rings(25_000);
        assert!(!clock.armed);
    }

    #[test]
    fn the_later_of_two_times_however_long_ago_the_other_was() {
        // Every week for nearly a hundred days, over which the clock wraps twice.
        for days in (0..100_u32).step_by(7) {
            let now = days.wrapping_mul(86_400_000).wrapping_add(30_000);
            assert_eq!(later(now, 0, now.wrapping_sub(1_000)), now.wrapping_sub(1_000), "day {days}");
        }
        assert_eq!(later(50, 40, 20), 40);
    }

    #[test]
    fn a_time_out_is_never_over_before_it_begins() {
        assert_eq!(span(Duration::from_micros(500)), 1);
        assert_eq!(span(Duration::from_millis(7)), 7);
    }
}
