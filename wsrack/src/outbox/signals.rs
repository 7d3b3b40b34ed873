//! What a connection's task is woken for, besides its socket and its queue.

/// A set of signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals(u8);

impl Signals {
    /// The application asks to close.
    pub(crate) const CLOSE: Self = Self(1);
    /// The peer refuses bytes and the queue is full.
    pub(crate) const SLOW: Self = Self(2);
    /// A deadline may have passed.
    pub(crate) const TIMER: Self = Self(4);
    /// The server stops.
    pub(crate) const STOP: Self = Self(8);
    /// The server's graceful period is over.
    pub(crate) const KILL: Self = Self(16);
    /// A value for `#[on_notify]` waits.
    pub(crate) const NOTICE: Self = Self(32);
    /// There is room for more of a message that is handed on as it arrives.
    pub(crate) const LOOK: Self = Self(64);

    pub(crate) fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}
