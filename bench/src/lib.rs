//! Measurements beside peers, and the guards that count.
