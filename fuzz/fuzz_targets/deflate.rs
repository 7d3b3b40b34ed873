#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wsrack_fuzz::deflate::run(input));
