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
    cases.compile_fail("tests/fail/*/*/*.rs");
}

#[test]
fn attributes_read_sizes_and_times_as_files_do() {
    assert_eq!(
        include_str!("../../wsrack/src/options/units.rs"),
        include_str!("../../wsrack-macros/src/websocket_app/options/units.rs")
    );
}
