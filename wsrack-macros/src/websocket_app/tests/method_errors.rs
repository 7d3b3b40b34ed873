//! More of what is wrong with one method: its last parameter, and literals in its marker.

use quote::quote;

use super::errors::method_error;

#[test]
fn what_the_last_parameter_picks() {
    for (method, part) in [
        (
            quote!(
                #[on_notify]
                fn a(&self, value: &Score) {}
            ),
            "leave the `&` away",
        ),
        (
            quote!(
                #[on_notify]
                fn a(&self, value: &'static str) {}
                #[on_notify]
                fn b(&self, value: Box<dyn Fn(&str) + Send>) {}
                #[on_notify]
                fn c(&self, value: &'static str) {}
            ),
            "`a` and `c`; a type has one",
        ),
        (
            quote!(
                #[on_error]
                fn a(&self, error: &io::Error) {}
                #[on_error]
                fn b(&self, error: &fmt::Error) {}
                #[cfg(unix)]
                #[on_error]
                fn c(&self, error: &fmt::Error) {}
                #[on_error]
                fn d(&self, error: &io::Error) {}
            ),
            "`a` and `d`; a type has one",
        ),
    ] {
        let error = method_error(&method);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn literals_as_arguments() {
    for (method, part) in [
        (
            quote!(
                #[on_message("join")]
                fn a(&self) {}
            ),
            "`#[on_message]` takes `event",
        ),
        (
            quote!(
                #[every(5)]
                fn a(&self) {}
            ),
            "a time needs a unit",
        ),
    ] {
        let error = method_error(&method);
        assert!(error.contains(part), "{error}");
    }
}
