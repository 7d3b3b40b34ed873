//! `#[on_message]`: events by their name, then messages by their kind.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use super::super::arguments::Sharing;
use super::super::markers::Run;
use super::super::model::{EventHandler, MessageHandler};
use super::super::signature::{Handler, Param};
use super::Expansion;
use super::call::{cfg, local, statement};

impl Expansion<'_> {
    pub(super) fn on_message(self) -> TokenStream {
        let handlers = &self.app.handlers;
        if handlers.message.is_empty() && handlers.event.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let conflicts = self.generic_conflicts();
        let events = self.events();
        let messages = handlers.message.iter().map(|message| self.message(message));
        let unhandled = if handlers.event.is_empty() {
            quote!(#p::Err(__cx.unhandled(__delivery.kind())))
        } else {
            quote!(#p::Event::unhandled(__event.as_ref(), __cx, __delivery))
        };
        quote! {
            async fn on_message(
                &mut self,
                __cx: &#p::Context,
                __delivery: &#p::Delivery,
            ) -> #p::Result<(), #p::Error> {
                #conflicts
                #events
                #(#messages)*
                #unhandled
            }
        }
    }

    fn message(self, MessageHandler { handler, run }: &MessageHandler) -> TokenStream {
        let p = self.p;
        let (cx, delivery) = (local("cx"), local("delivery"));
        let (others, last) = handler.split_last();
        let mut arguments = self.arguments(others, "Context");
        arguments.extend(last.map(|param| {
            let of = self.message_param(param);
            quote_spanned!(param.span=> #of::take(#cx, #delivery)?)
        }));
        let call = if run.blocking {
            let call = self.plain_call(handler, &quote!(__app), &arguments);
            let called = self.on_another_thread(handler, ["blocking", "delivery"], &call);
            quote!(#called?)
        } else {
            self.run(handler, *run, &arguments)
        };
        let answered = quote!(#p::Some(__delivery));
        let sent = self.returned(
            handler,
            &call,
            |p, span| quote_spanned!(span=> #p::reply(__reply, #cx, #answered).await),
        );
        let sent = sent.returned();
        let kinds = self.kinds(handler);
        statement(handler, &quote!(if #kinds.contains(__delivery.kind()) { #sent }))
    }

    /// The kinds of messages that a handler takes.
    pub(super) fn kinds(self, handler: &Handler) -> TokenStream {
        let p = self.p;
        let Some(param) = handler.params.last() else { return quote!(#p::Kinds::ALL) };
        let of = self.message_param(param);
        quote_spanned!(param.span=> #of::KINDS)
    }

    /// `<&str as MessageParam<'_, _>>`
    pub(super) fn message_param(self, Param { ty, span }: &Param) -> TokenStream {
        let p = self.at(*span);
        quote_spanned!(*span=> <#ty as #p::MessageParam<'_, _>>)
    }

    fn events(self) -> TokenStream {
        let events = &self.app.handlers.event;
        if events.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let arms = events.iter().map(|event| self.event(event));
        quote! {
            let __event = #p::Event::parse(__delivery);
            if let #p::Some(__event) = &__event {
                match __event.name() {
                    #(#arms)*
                    _ => {}
                }
            }
        }
    }

    fn event(self, EventHandler { event, handler, run }: &EventHandler) -> TokenStream {
        let p = self.p;
        let (cx, parsed) = (local("cx"), local("event"));
        let (others, last) = handler.split_last();
        let mut arguments = self.arguments(others, "Context");
        let taken = last.map(|Param { ty, span }| {
            let p = self.at(*span);
            quote_spanned!(*span=> <#ty as #p::EventParam<'_, _>>::take(#cx, #parsed))
        });
        let or_tell = |result: TokenStream| {
            quote! {
                match #result {
                    #p::Ok(__value) => __value,
                    #p::Err(__error) => return __event.invalid(__cx, __error),
                }
            }
        };
        let call = if run.blocking {
            arguments.extend(taken.map(|taken| quote!(#taken?)));
            let call = self.plain_call(handler, &quote!(__app), &arguments);
            or_tell(self.on_another_thread(handler, ["blocking_event", "event"], &call))
        } else {
            arguments.extend(taken.map(or_tell));
            self.run(handler, *run, &arguments)
        };
        let sent = self.returned(
            handler,
            &call,
            |p, span| quote_spanned!(span=> #p::Event::reply(#parsed, #cx, __reply)),
        );
        let sent = sent.returned();
        let (cfg, lints) = (cfg(&handler.cfg), &handler.lints);
        quote!(#cfg #(#lints)* #event => { #sent })
    }

    fn run(self, handler: &Handler, run: Run, arguments: &[TokenStream]) -> TokenStream {
        if !run.boxed {
            return self.call(handler, &self.session(), arguments);
        }
        let p = self.p;
        let call = self.plain_call(handler, &self.session(), arguments);
        self.awaited(handler, &quote!(#p::Box::pin(#call)))
    }

    /// The call, made by the function `names[0]`, with what that hands over under `names[1]`. That the reply is not
    /// `Send` is an error on the return type.
    fn on_another_thread(self, handler: &Handler, names: [&str; 2], call: &TokenStream) -> TokenStream {
        let span = handler.output.unwrap_or_else(|| handler.ident.span());
        let (p, owned) = (self.at(span), self.owned());
        let (by, message) = (Ident::new(names[0], span), local(names[1]));
        let [app, cx, delivery] = ["app", "cx", "delivery"].map(local);
        let ours = self.p;
        let result = quote!(#ours::Ok(#call));
        quote_spanned!(span=> #p::#by(#owned, #cx, #delivery, |#app, #cx, #message| #result).await)
    }

    /// The application as another thread can have it.
    fn owned(self) -> TokenStream {
        let p = self.p;
        match self.app.sharing {
            Sharing::Shared => quote!(#p::Arc::clone(&self.0)),
            Sharing::PerConnection => quote!(#p::Clone::clone(&*self)),
        }
    }
}
