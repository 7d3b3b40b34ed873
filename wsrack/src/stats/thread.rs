//! Which counters are a thread's own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The numbers of threads that are gone, and the first that no thread has had.
static NUMBERS: Mutex<Numbers> = Mutex::new(Numbers { free: BinaryHeap::new(), next: 0 });

thread_local! {
    static NUMBER: Number = Number::take();
}

/// This thread's number among those that count: no other thread has it while this one lives, and the numbers in use
/// are the lowest.
pub(super) fn number() -> usize {
    // Gone only while the thread ends; whose counters it shares then is no matter.
    NUMBER.try_with(|number| number.0).unwrap_or(0)
}

struct Numbers {
    free: BinaryHeap<Reverse<usize>>,
    next: usize,
}

struct Number(usize);

impl Number {
    fn take() -> Self {
        let mut numbers = numbers();
        if let Some(Reverse(number)) = numbers.free.pop() {
            return Self(number);
        }
        numbers.next += 1;
        Self(numbers.next - 1)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        numbers().free.push(Reverse(self.0));
    }
}

fn numbers() -> MutexGuard<'static, Numbers> {
    NUMBERS.lock().unwrap_or_else(PoisonError::into_inner)
}
