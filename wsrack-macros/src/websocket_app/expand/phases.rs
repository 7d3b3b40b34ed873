//! The phases around the messages.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::EveryHandler;
use super::super::signature::Handler;
use super::Expansion;
use super::call::cfg_value;

impl Expansion<'_> {
    pub(super) fn on_start(self) -> TokenStream {
        let p = self.p;
        self.unit_phase(
            &self.app.handlers.start,
            &quote!(on_start),
            &quote!(&mut self),
            &quote!(#p::StartContext),
        )
    }

    pub(super) fn on_stop(self) -> TokenStream {
        let p = self.p;
        self.unit_phase(&self.app.handlers.stop, &quote!(on_stop), &quote!(&self), &quote!(#p::StartContext))
    }

    pub(super) fn on_close(self) -> TokenStream {
        let p = self.p;
        self.unit_phase(
            &self.app.handlers.close,
            &quote!(on_close),
            &quote!(&mut self),
            &quote!(#p::CloseContext),
        )
    }

    /// A phase in which nothing is sent.
    fn unit_phase(
        self,
        handlers: &[Handler],
        name: &TokenStream,
        receiver: &TokenStream,
        context: &TokenStream,
    ) -> TokenStream {
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let is_close = name.to_string() == "on_close";
        let session = if is_close { self.session() } else { quote!(self) };
        let body = Self::only(handlers, &quote!(#p::Ok(())), |handler| {
            let call = self.call(handler, &session, &self.context_arguments(&handler.params, context));
            Self::returned(handler, &call, |unit| quote!(#p::IntoUnit::into_unit(#unit)))
        });
        quote! {
            async fn #name(#receiver, cx: &#context) -> #p::Result<(), #p::Error> {
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
        let context = quote!(#p::UpgradeContext);
        let body = Self::only(handlers, &quote!(#p::Ok(#p::Extensions::new())), |handler| {
            let call =
                self.call(handler, &self.session(), &self.context_arguments(&handler.params, &context));
            Self::returned(handler, &call, |decision| quote!(#p::IntoUpgrade::into_upgrade(#decision)))
        });
        quote! {
            async fn on_upgrade(&mut self, cx: &#context) -> #p::Result<#p::Extensions, #p::Rejection> {
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
        let body = Self::only(handlers, &quote!(#p::Ok(())), |handler| {
            self.sent(handler, &self.live_arguments(&handler.params))
        });
        quote! {
            async fn on_open(&mut self, cx: &#p::Context) -> #p::Result<(), #p::Error> {
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
            let mut arguments = self.live_arguments(others);
            arguments.push(quote!(value));
            let sent = self.sent(handler, &arguments);
            let attempt = quote! {
                let notice = match notice.downcast::<#ty>() {
                    #p::Ok(value) => return { #sent },
                    #p::Err(notice) => notice,
                };
            };
            if handler.cfg.is_empty() {
                return attempt;
            }
            let cfg = super::call::cfg(&handler.cfg);
            quote!(#cfg #attempt)
        });
        quote! {
            async fn on_notify(&mut self, cx: &#p::Context, notice: #p::Notice) -> #p::Result<(), #p::Error> {
                #(#attempts)*
                #p::Err(notice.unhandled())
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
            let sent = self.sent(handler, &self.live_arguments(&handler.params));
            Self::statement(handler, &quote!(if index == #index { return { #sent }; }))
        });
        quote! {
            async fn on_every(&mut self, cx: &#p::Context, index: usize) -> #p::Result<(), #p::Error> {
                #(#ticks)*
                #p::Ok(())
            }
        }
    }

    /// By the value and then its sources; at each in textual order. The level behind the last source is where
    /// `&Error` takes what is left.
    pub(super) fn on_error(self) -> TokenStream {
        let handlers = &self.app.handlers.error;
        if handlers.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let attempts = handlers.iter().map(|handler| {
            let (others, error) = handler.split_last();
            let ty = error.map(|error| &error.ty);
            let mut arguments = self.live_arguments(others);
            arguments.push(quote!(error));
            let sent = self.sent(handler, &arguments);
            let attempt = quote! {
                if let #p::Some(error) = <#ty as #p::ErrorParam<'_>>::at(error, level) {
                    let sent = { #sent };
                    return sent.map(|()| true);
                }
            };
            Self::statement(handler, &attempt)
        });
        quote! {
            async fn on_error(&mut self, cx: &#p::Context, error: &#p::Error) -> #p::Result<bool, #p::Error> {
                for level in #p::error_levels(error) {
                    #(#attempts)*
                }
                #p::Ok(false)
            }
        }
    }

    pub(super) fn live_arguments(self, params: &[super::super::signature::Param]) -> Vec<TokenStream> {
        let p = self.p;
        self.context_arguments(params, &quote!(#p::Context))
    }

    /// Calls a handler that answers no message, and sends what it returns.
    fn sent(self, handler: &Handler, arguments: &[TokenStream]) -> TokenStream {
        let p = self.p;
        let call = self.call(handler, &self.session(), arguments);
        Self::returned(
            handler,
            &call,
            |reply| quote!(#p::IntoReply::reply(#reply, #p::ReplyTo::new(cx, #p::None)).await),
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
