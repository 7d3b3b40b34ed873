//! The phases around the messages.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use super::super::model::EveryHandler;
use super::super::signature::Handler;
use super::Expansion;
use super::call::{Answer, cfg, cfg_value, local, only, statement};

impl Expansion<'_> {
    pub(super) fn on_start(self) -> TokenStream {
        self.unit_phase(
            &self.app.handlers.start,
            "on_start",
            &quote!(&mut self),
            &quote!(self),
            "StartContext",
        )
    }

    pub(super) fn on_stop(self) -> TokenStream {
        self.unit_phase(&self.app.handlers.stop, "on_stop", &quote!(&self), &quote!(self), "StartContext")
    }

    pub(super) fn on_close(self) -> TokenStream {
        let session = self.session();
        self.unit_phase(&self.app.handlers.close, "on_close", &quote!(&mut self), &session, "CloseContext")
    }

    /// A phase in which nothing is sent.
    fn unit_phase(
        self,
        handlers: &[Handler],
        name: &str,
        receiver: &TokenStream,
        called_on: &TokenStream,
        context: &str,
    ) -> TokenStream {
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let body = only(handlers, &quote!(#p::Ok(())), |handler| {
            let call = self.call(handler, called_on, &self.arguments(&handler.params, context));
            self.returned(handler, &call, |p, span| quote_spanned!(span=> #p::IntoUnit::into_unit(__reply)))
        });
        let [name, context] = [name, context].map(|name| Ident::new(name, proc_macro2::Span::call_site()));
        quote! {
            async fn #name(#receiver, __cx: &#p::#context) -> #p::Result<(), #p::Error> {
                #body
            }
        }
    }

    pub(super) fn on_upgrade(self) -> TokenStream {
        let handlers = &self.app.handlers.upgrade;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let body = only(handlers, &quote!(#p::Ok(#p::Extensions::new())), |handler| {
            let call =
                self.call(handler, &self.session(), &self.arguments(&handler.params, "UpgradeContext"));
            self.returned(
                handler,
                &call,
                |p, span| quote_spanned!(span=> #p::IntoUpgrade::into_upgrade(__reply)),
            )
        });
        quote! {
            async fn on_upgrade(
                &mut self,
                __cx: &#p::UpgradeContext,
            ) -> #p::Result<#p::Extensions, #p::Rejection> {
                #body
            }
        }
    }

    pub(super) fn on_open(self) -> TokenStream {
        let handlers = &self.app.handlers.open;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let body = only(handlers, &quote!(#p::Ok(())), |handler| {
            self.sent(handler, &self.arguments(&handler.params, "Context"))
        });
        quote! {
            async fn on_open(&mut self, __cx: &#p::Context) -> #p::Result<(), #p::Error> {
                #body
            }
        }
    }

    /// Each type in turn, until one fits.
    pub(super) fn on_notify(self) -> TokenStream {
        let handlers = &self.app.handlers.notify;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let attempts = handlers.iter().map(|handler| {
            let (others, value) = handler.split_last();
            let ty = value.map(|value| &value.ty);
            let mut arguments = self.arguments(others, "Context");
            arguments.push(quote!(__value));
            let (sent, cfg, lints) =
                (self.sent(handler, &arguments).returned(), cfg(&handler.cfg), &handler.lints);
            quote! {
                #cfg
                #(#lints)*
                let __notice = match __notice.downcast::<#ty>() {
                    #p::Ok(__value) => { #sent }
                    #p::Err(__notice) => __notice,
                };
            }
        });
        quote! {
            async fn on_notify(&mut self, __cx: &#p::Context, __notice: #p::Notice) -> #p::Result<(), #p::Error> {
                #(#attempts)*
                #p::Err(__notice.unhandled())
            }
        }
    }

    pub(super) fn on_every(self) -> TokenStream {
        let handlers = &self.app.handlers.every;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let ticks = handlers.iter().enumerate().map(|(place, EveryHandler { handler, .. })| {
            let index = index(&handlers[..place]);
            let sent = self.sent(handler, &self.arguments(&handler.params, "Context")).returned();
            statement(handler, &quote!(if __index == #index { #sent }))
        });
        quote! {
            async fn on_every(&mut self, __cx: &#p::Context, __index: usize) -> #p::Result<(), #p::Error> {
                #(#ticks)*
                #p::Ok(())
            }
        }
    }

    /// The value and then its sources; for each the handlers in textual order. The level behind the last source is
    /// where `&Error` takes what is left.
    pub(super) fn on_error(self) -> TokenStream {
        let handlers = &self.app.handlers.error;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let attempts = handlers.iter().map(|handler| {
            let (others, error) = handler.split_last();
            let found = error.map(|error| {
                let (p, ty, chain, level) = (self.at(error.span), &error.ty, local("error"), local("level"));
                quote_spanned!(error.span=> <#ty as #p::ErrorParam<'_>>::at(#chain, #level))
            });
            let mut arguments = self.arguments(others, "Context");
            arguments.push(quote!(__error));
            let Answer { call, value } = self.sent(handler, &arguments);
            let attempt = quote! {
                if let #p::Some(__error) = #found {
                    #call
                    return #value.map(|()| true);
                }
            };
            statement(handler, &attempt)
        });
        quote! {
            async fn on_error(&mut self, __cx: &#p::Context, __error: &#p::Error) -> #p::Result<bool, #p::Error> {
                for __level in #p::error_levels(__error) {
                    #(#attempts)*
                }
                #p::Ok(false)
            }
        }
    }

    /// Calls a handler that answers no message, and sends what it returns.
    fn sent(self, handler: &Handler, arguments: &[TokenStream]) -> Answer {
        let p = self.p;
        let (call, cx, nothing) =
            (self.call(handler, &self.session(), arguments), local("cx"), quote!(#p::None));
        self.returned(
            handler,
            &call,
            |p, span| quote_spanned!(span=> #p::reply(__reply, #cx, #nothing).await),
        )
    }
}

/// How many of the `handlers` before one are there: its index.
fn index(handlers: &[EveryHandler]) -> TokenStream {
    let certain = handlers.iter().filter(|every| every.handler.cfg.is_empty()).count();
    let mut index = quote!(#certain);
    for every in handlers.iter().filter(|every| !every.handler.cfg.is_empty()) {
        let is_there = cfg_value(&every.handler.cfg);
        index.extend(quote!(+ #is_there as usize));
    }
    index
}
