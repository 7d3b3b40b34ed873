//! Other people's clients over HTTP/2.
