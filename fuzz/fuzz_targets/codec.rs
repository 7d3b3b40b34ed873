#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wsrack_fuzz::codec::run(input));
