//! The macros of wsrack; documented on their re-exports in the `wsrack` crate, so that their examples run there.
#![expect(missing_docs, reason = "the documentation stands on the re-exports in `wsrack`")]

mod diagnostics;
mod names;
mod routes;
mod websocket_app;

use proc_macro::TokenStream;

use crate::names::Marker;

#[proc_macro_attribute]
pub fn websocket_app(arguments: TokenStream, item: TokenStream) -> TokenStream {
    websocket_app::expand(arguments.into(), &item.into()).into()
}

#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    routes::routes(input.into()).into()
}

/// The markers as attributes of their own, so that they can be imported, looked up and completed. `websocket_app`
/// takes them away before they are expanded: one that is expanded stands in the wrong place.
macro_rules! markers {
    ($($name:ident: $marker:ident;)*) => {$(
        #[proc_macro_attribute]
        pub fn $name(_arguments: TokenStream, item: TokenStream) -> TokenStream {
            websocket_app::misplaced(Marker::$marker, &item.into()).into()
        }
    )*};
}

markers! {
    on_start: Start;
    on_upgrade: Upgrade;
    on_open: Open;
    on_message: Message;
    on_notify: Notify;
    every: Every;
    on_error: Error;
    on_close: Close;
    on_stop: Stop;
}
