//! Other people's clients over TLS.
