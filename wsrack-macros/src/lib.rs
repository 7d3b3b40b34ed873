//! The macros of wsrack; documented on their re-exports in the `wsrack` crate.
