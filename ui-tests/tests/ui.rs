//! What a user sees: see the README.

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("tests/pass/*.rs");
}

#[test]
fn refused() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/fail/*.rs");
    cases.compile_fail("tests/fail/*/*.rs");
}
