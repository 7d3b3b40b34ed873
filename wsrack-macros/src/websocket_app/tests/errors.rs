//! The words for what is wrong. What stands where is for the `ui-tests`.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::LitStr;

use super::expand;

/// The messages in the `compile_error!`s.
fn errors(arguments: TokenStream, item: &TokenStream) -> Vec<String> {
    let tokens: Vec<_> = expand(arguments, item).into_iter().collect();
    let calls = tokens.windows(3).filter_map(|three| match three {
        [TokenTree::Ident(name), _, TokenTree::Group(message)] if name == "compile_error" => {
            Some(message.stream())
        }
        _ => None,
    });
    calls.map(|message| syn::parse2::<LitStr>(message).unwrap().value()).collect()
}

pub(super) fn method_error(method: &TokenStream) -> String {
    let errors = errors(quote!(), &quote!(impl Chat { #method }));
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.into_iter().next().unwrap()
}

fn argument_error(arguments: TokenStream) -> String {
    let errors = errors(arguments, &quote!(impl Chat {}));
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.into_iter().next().unwrap()
}

#[test]
fn every_mistake_is_named_once() {
    let item = quote! {
        impl Chat {
            #[on_open] fn a(&self) {}
            #[on_open] fn b(&self) {}
            #[on_opne] fn c(&self) {}
            #[on_message] fn d<T>(self, x: impl Into<u8>) {}
            #[every] fn e(&self) {}
        }
    };
    let errors = errors(quote!(debgu, shared = 1), &item);
    let starts = [
        "there is no option `debgu`; did you mean `debug`?",
        "`shared` stands alone",
        "there is no marker `#[on_opne]`; did you mean `on_open`?",
        "a handler has no type parameters",
        "a handler takes `&self` or `&mut self`",
        "a handler's parameter has one type",
        "`#[every]` needs its period",
        "two `#[on_open]` handlers: `a` and `b`",
    ];
    assert_eq!(errors.len(), starts.len(), "{errors:#?}");
    for (error, start) in errors.iter().zip(starts) {
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn qualifiers() {
    for (method, part) in [
        (
            quote!(
                #[on_open]
                const fn a(&self) {}
            ),
            "not `const`",
        ),
        (
            quote!(
                #[on_open]
                unsafe fn a(&self) {}
            ),
            "not `unsafe`",
        ),
        (
            quote!(
                #[on_open]
                extern "C" fn a(&self) {}
            ),
            "not `extern`",
        ),
        (
            quote!(
                #[on_open]
                fn a<const N: usize>(&self) {}
            ),
            "no const parameters",
        ),
        (
            quote!(
                #[on_open]
                fn a(&self, #[cfg(unix)] b: &Env) {}
            ),
            "cannot stand under a condition",
        ),
        (
            quote!(
                #[on_stop]
                fn a(&mut self) {}
            ),
            "`#[on_stop]` takes `&self`",
        ),
        (
            quote!(
                #[on_error]
                fn a(&self) {}
            ),
            "takes the error as its last parameter",
        ),
        (
            quote!(
                #[on_notify]
                fn a(&self) {}
            ),
            "takes the value as its last parameter",
        ),
        (
            quote!(
                #[on_open]
                fn a(mut self) {}
            ),
            "a handler takes `&self` or `&mut self`",
        ),
        (
            quote!(
                #[on_open]
                fn a(self: Arc<Self>) {}
            ),
            "a handler takes `&self` or `&mut self`",
        ),
        (
            quote!(
                #[websocket_app]
                fn a(&self) {}
            ),
            "belongs on the `impl` block",
        ),
        (
            quote!(
                #[wsrack::on_data]
                fn a(&self) {}
            ),
            "there is no marker `#[on_data]`. The markers: ",
        ),
    ] {
        let error = method_error(&method);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn marker_arguments() {
    for (method, part) in [
        (
            quote!(
                #[on_open(now)]
                fn a(&self) {}
            ),
            "`#[on_open]` takes no arguments",
        ),
        (
            quote!(
                #[on_message(event)]
                fn a(&self) {}
            ),
            "an event's name is a string",
        ),
        (
            quote!(
                #[on_message(event = join)]
                fn a(&self) {}
            ),
            "an event's name is a string",
        ),
        (
            quote!(
                #[on_message = "join"]
                fn a(&self) {}
            ),
            "`#[on_message]` takes `event",
        ),
        (
            quote!(
                #[on_message(block)]
                fn a(&self) {}
            ),
            "there is no argument `block`. `#[on_message]` takes `event",
        ),
        (
            quote!(
                #[on_message(blocking)]
                async fn a(&self) {}
            ),
            "`async fn` does not need it",
        ),
        (
            quote!(
                #[on_message(boxed)]
                fn a(&self) {}
            ),
            "a plain `fn` has none",
        ),
        (
            quote!(
                #[on_message(blocking)]
                fn a(&mut self) {}
            ),
            "a `blocking` handler takes `&self`",
        ),
        (
            quote!(
                #[on_message(blocking)]
                fn a(&self) -> Option<&str> {}
            ),
            "returns what it owns",
        ),
        (
            quote!(
                #[every("0s")]
                fn a(&self) {}
            ),
            "a period is longer than zero",
        ),
        (
            quote!(
                #[every("off")]
                fn a(&self) {}
            ),
            "a period is longer than zero",
        ),
        (
            quote!(
                #[every("5 sec")]
                fn a(&self) {}
            ),
            "unknown unit",
        ),
        (
            quote!(
                #[every()]
                fn a(&self) {}
            ),
            "`#[every]` needs its period",
        ),
    ] {
        let error = method_error(&method);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn attribute_arguments() {
    for (arguments, part) in [
        (quote!(shared, per_connection), "either `shared` or `per_connection`"),
        (quote!(shared(1)), "`shared` stands alone"),
        (quote!(crate), "`crate` is the path"),
        (quote!(crate = 7), "`crate` is the path"),
        (quote!(debug, debug = false), "`debug` is set twice"),
        (quote!(debug = "maybe"), "neither on nor off"),
        (quote!(max_message_size = ), "a value is missing here"),
        (quote!(max_message_size), "needs a value: `max_message_size = \"1 MiB\"`"),
        (quote!(max_message_size(1, 2)), "has one value"),
        (quote!(max_message_size = "1.5 MiB"), "a size is a whole number"),
        (quote!(max_message_size = 0), "0 lets nothing through"),
        (quote!(send_queue = "0 B"), "nothing would fit"),
        (quote!(max_fragments = "many"), "not a count"),
        (quote!(ping_interval = "0s"), "0 is no time"),
        (quote!(ping_interval = "10000h"), "more than 24 days"),
        (quote!(ping_interval = 25), "a time needs a unit: `\"25s\"`"),
        (quote!(message_rate = 100), "a rate needs a time: `\"100/s\"`"),
        (quote!(message_rate = "0/s"), "no message could come"),
        (quote!(max_connections = "0"), "nobody could connect"),
        (quote!(slow_client = "wait"), "write `close` or `drop`"),
        (quote!(protocols = ["a b"]), "is not a name"),
        (quote!(protocols = ["a", "a"]), "stands in the list twice"),
        (quote!(protocols = []), "the list is empty"),
        (quote!(drafts = [12]), "12 is no draft; the drafts: 13, 8, 7"),
        (quote!(drafts = [13, "all"]), "all is no draft; the drafts: 13, 8, 7"),
        (quote!(origins = "any, https://example.com"), "`any` stands alone"),
        (quote!(trusted_proxies = "10.0.0.0/33"), "not an address or a net"),
        (quote!(trusted_proxies = ["unix", "proxy.example"]), "a name is not looked up"),
        (quote!(trusted_proxies = "10.1.2.3/8"), "bits behind its prefix"),
        (quote!(trusted_proxies = []), "the list is empty"),
        (quote!(trusted_proxies), "needs a value"),
        (quote!(origins = "null"), "stands for every sandboxed page"),
        (quote!(origins = "wss://example.com"), "http or https, not ws or wss"),
        (quote!(origins = "https://example.com/"), "an origin has no path"),
        (quote!(origins = "https://example.com:https"), "the port is a number"),
        (quote!(origins = "https://a*.example.com"), "a `*` stands for subdomains in front"),
        (quote!(origins = "https://"), "the host is not a name"),
    ] {
        let text = arguments.to_string();
        let error = argument_error(arguments);
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn lifetimes() {
    for item in [
        quote!(
            impl<'a> Chat<'a> {}
        ),
        quote!(impl Chat<'_> {}),
    ] {
        let errors = errors(quote!(), &item);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with("an application borrows nothing"), "{errors:?}");
    }
}

#[test]
fn placement() {
    for (item, part) in [
        (
            quote!(
                struct Chat;
            ),
            "not on a `struct`",
        ),
        (
            quote!(
                pub enum Chat {}
            ),
            "not on an `enum`",
        ),
        (
            quote!(
                async fn chat() {}
            ),
            "not on a function",
        ),
        (quote!(impl Trait for Chat { #[on_open] fn a(self) {} }), "not on that of a trait"),
        (
            quote!(
                impl<T> Trait<T> for Chat {}
            ),
            "not on that of a trait",
        ),
    ] {
        let errors = errors(quote!(), &item);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains(part), "{errors:?}");
    }
}
