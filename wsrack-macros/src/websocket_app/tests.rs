//! What the attribute generates, against the files in `tests/output`. `OVERWRITE=1 cargo test` writes them anew.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::expand;

mod errors;
mod method_errors;

#[test]
fn an_application_without_handlers() {
    snapshot("empty", &quote!(), &quote!(impl Chat {}));
}

#[test]
fn a_clone_for_each_connection() {
    let item = quote! {
        impl Chat {
            /// Docs stay.
            #[on_start]
            async fn connect(&mut self, hub: &Hub) -> wsrack::Result { todo!() }
            #[on_upgrade]
            async fn authorize(&mut self, env: &Env) -> Result<User, Rejection> { todo!() }
            #[on_open]
            async fn welcome(&mut self, env: &Env, ws: &Socket) -> wsrack::Result { todo!() }
            #[on_message]
            async fn say<'m>(&mut self, user: Extension<User>, msg: &'m str) -> String { todo!() }
            #[on_message]
            fn blob(&self, data: Bytes) -> Bytes { data }
            #[on_close]
            async fn bye(&self, env: &Env, close: Close) {}
            #[on_error]
            async fn io(&self, error: &io::Error) {}
            #[on_error]
            async fn oops(&self, env: &Env, error: &Error) {}
            #[on_stop]
            async fn disconnect(&self) {}
            fn helper(&self) {}
        }
    };
    snapshot("per_connection", &quote!(debug, max_message_size = "64 KiB", idle_timeout = "off"), &item);
}

#[test]
fn one_instance_for_all() {
    let item = quote! {
        impl Chat {
            #[on_message(event = "join")]
            async fn join(&self, Json(who): Json<Self::Who>) -> Json<Joined> { todo!() }
            #[on_message(event = "hash", blocking)]
            fn hash(&self, ws: &Socket, data: Json<Vec<u8>>) -> Json<u64> { todo!() }
            #[on_message(boxed)]
            async fn text(&self, text: String) {}
            #[on_notify]
            fn note(&self, note: Note) -> String { todo!() }
            #[every("500ms")]
            async fn tick(&self) {}
            #[every(Self::PERIOD)]
            fn tock(&self, ws: &Socket) {}
        }
    };
    snapshot("shared", &quote!(shared, crate = framework::ws), &item);
}

#[test]
fn conditions_and_lints_go_where_the_handler_goes() {
    let item = quote! {
        impl<S: Store> Chat<S> where S: Clone {
            #[cfg(feature = "a")]
            #[on_open]
            fn welcome(&self) {}
            #[cfg(not(feature = "a"))]
            #[on_open]
            #[expect(deprecated, reason = "old clients")]
            fn greet(&self, user: Old) {}
            #[cfg_attr(feature = "b", on_message, doc = "Takes text.")]
            #[allow(deprecated)]
            fn text(&self, text: String) {}
            #[on_message]
            fn key(&self, key: S::Key) {}
            #[cfg(feature = "c")]
            #[every("1s")]
            fn first(&self) {}
            #[every("2s")]
            fn second(&self) {}
        }
    };
    snapshot("conditions", &quote!(), &item);
}

#[test]
fn after_a_mistake_the_type_is_still_an_application() {
    let item = quote! {
        impl<S: Store> Chat<S> {
            #[on_mesage]
            fn text(&self, text: String) { self.helper() }
            fn helper(&self) {}
        }
    };
    snapshot("mistake", &quote!(), &item);
}

#[test]
fn a_renamed_crate_is_found_under_its_name_only() {
    let item = quote! {
        impl Chat {
            #[on_start] async fn a(&mut self, hub: &Hub) {}
            #[on_upgrade] async fn b(&mut self, env: &Env) -> User { todo!() }
            #[on_open] async fn c(&mut self, env: &Env) -> String { todo!() }
            #[on_message] async fn d(&mut self, env: &Env, text: &str) -> String { todo!() }
            #[on_message(blocking)] fn e(&self, data: &[u8]) {}
            #[on_message(event = "f", blocking)] fn f(&self, data: Json<u8>) {}
            #[on_message(event = "g", boxed)] async fn g(&self, data: Json<u8>) {}
            #[on_notify] async fn h(&self, value: u8) {}
            #[every("1s")] async fn i(&self) {}
            #[on_error] async fn j(&self, error: &io::Error) {}
            #[on_error] async fn k(&self, error: &Error) {}
            #[on_close] async fn l(&self) {}
            #[on_stop] async fn m(&self) {}
        }
    };
    let arguments =
        quote!(crate = other, send_timeout = "1s", message_rate = "1/s", slow_client = drop, origins = any);
    let output = expand(arguments, &item);
    assert!(!mentions(&output, "wsrack"), "{output}");
    assert!(mentions(&output, "other"));
    let stub = expand(quote!(crate = other, nonsense), &item);
    assert!(!mentions(&stub, "wsrack") && mentions(&stub, "other"), "{stub}");
}

fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

fn snapshot(name: &str, arguments: &TokenStream, item: &TokenStream) {
    let output = expand(arguments.clone(), item);
    let file = syn::parse2(output.clone()).unwrap_or_else(|error| panic!("{error} in {output}"));
    let actual = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output").join(name).with_extension("rs");
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "{} is not what is generated; see `OVERWRITE=1`:\n{actual}", path.display());
}
