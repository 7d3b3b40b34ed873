//! What a worker thread keeps for its connections, so that an idle one holds nothing: buffers and queues.

use std::cell::{Cell, RefCell};

/// A store of one thread. What was given back last is at hand.
pub(crate) struct Pool<T> {
    last: Cell<Option<T>>,
    others: RefCell<Vec<T>>,
    /// How many others are kept.
    max: usize,
}

impl<T> Pool<T> {
    /// Keeps at most `max` items, and one.
    pub(crate) const fn new(max: usize) -> Self {
        Self { last: Cell::new(None), others: RefCell::new(Vec::new()), max }
    }

    #[inline]
    pub(crate) fn take(&self) -> Option<T> {
        self.last.take().or_else(|| self.others.borrow_mut().pop())
    }

    /// Keeps `item`, if there is room for it.
    #[inline]
    pub(crate) fn give(&self, item: T) {
        if let Some(before) = self.last.replace(Some(item)) {
            self.put_aside(before);
        }
    }

    fn put_aside(&self, item: T) {
        let mut others = self.others.borrow_mut();
        if others.len() < self.max {
            others.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_that_was_given_back_is_taken_first_and_no_more_than_may_be_are_kept() {
        let pool = Pool::new(2);
        for item in 1..=5 {
            pool.give(item);
        }
        let taken: Vec<_> = std::iter::from_fn(|| pool.take()).collect();
        assert_eq!(taken, [5, 2, 1], "the last one, and two others");
    }
}
