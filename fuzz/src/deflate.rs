//! permessage-deflate: offers and what comes of them, inflating anything, and there and back again.

mod inflate;
mod offers;
mod roundtrip;

use arbitrary::Unstructured;

pub fn run(input: &[u8]) {
    let mut input = Unstructured::new(input);
    // What `arbitrary` cannot make of too few bytes is no find.
    let _too_short = match input.arbitrary::<u8>().map(|which| which % 4) {
        Ok(0) => offers::written(input),
        Ok(1) => offers::raw(input),
        Ok(2) => inflate::run(input),
        Ok(_) => roundtrip::run(input),
        Err(short) => Err(short),
    };
}
