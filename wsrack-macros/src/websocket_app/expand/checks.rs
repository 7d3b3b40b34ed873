//! What is known before a connection is there: which handlers there are, and whether the request has what they ask.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::super::markers::Period;
use super::super::signature::{Handler, Param};
use super::Expansion;
use super::call::{cfg, cfg_value, local};

impl Expansion<'_> {
    /// `const HANDLERS`
    pub(super) fn handlers(self) -> TokenStream {
        let p = self.p;
        let handlers = &self.app.handlers;
        let upgrade = !handlers.upgrade.is_empty();
        if !upgrade && handlers.message.is_empty() && handlers.event.is_empty() && handlers.every.is_empty() {
            return TokenStream::new();
        }
        let message = self.has_message();
        let streams = handlers.message.iter().filter_map(|message| {
            let param = message.handler.params.last()?;
            let (cfg, of) = (cfg(&message.handler.cfg), self.message_param(param));
            Some(quote_spanned!(param.span=> #cfg #of::STREAM_KINDS))
        });
        let every = handlers.every.iter().map(|every| {
            let cfg = cfg(&every.handler.cfg);
            let period = match &every.period {
                Period::Const(period) => period.clone(),
                Period::Fixed(period) => {
                    let millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
                    quote!(#p::Duration::from_millis(#millis))
                }
            };
            quote!(#cfg #period)
        });
        let lints = handlers.message.iter().flat_map(|message| &message.handler.lints);
        quote! {
            #(#lints)*
            const HANDLERS: #p::Handlers = #p::Handlers {
                upgrade: #upgrade,
                message: #message,
                streams: #p::Kinds::all(&[#(#streams),*]),
                every: &[#(#every),*],
            };
        }
    }

    /// Whether there is a handler for messages, which may hang on conditions.
    fn has_message(self) -> TokenStream {
        let handlers = &self.app.handlers;
        let messages = handlers.message.iter().map(|message| &message.handler);
        let all: Vec<_> = messages.chain(handlers.event.iter().map(|event| &event.handler)).collect();
        if all.iter().any(|handler| handler.cfg.is_empty()) {
            return quote!(true);
        }
        let conditions = all.iter().map(|handler| cfg_value(&handler.cfg));
        if all.is_empty() { quote!(false) } else { quote!(#(#conditions)||*) }
    }

    /// `fn check`: every parameter of every handler after the upgrade, each type once.
    pub(super) fn check(self) -> TokenStream {
        let p = self.p;
        let handlers = &self.app.handlers;
        let live = |span| self.context_param(span, "Context");
        let mut checks = Checks::default();
        for handler in handlers.open.iter().chain(handlers.every.iter().map(|every| &every.handler)) {
            checks.add(handler, &handler.params, live);
        }
        for message in &handlers.message {
            let (others, last) = message.handler.split_last();
            checks.add(&message.handler, others, live);
            checks.add(&message.handler, last, |span| {
                let p = self.at(span);
                quote_spanned!(span=> #p::MessageParam<'_, _>)
            });
        }
        for event in &handlers.event {
            let (others, last) = event.handler.split_last();
            checks.add(&event.handler, others, live);
            checks.add(&event.handler, last, |span| {
                let p = self.at(span);
                quote_spanned!(span=> #p::EventParam<'_, _>)
            });
        }
        for handler in handlers.notify.iter().chain(&handlers.error) {
            checks.add(handler, handler.split_last().0, live);
        }
        for handler in &handlers.close {
            checks.add(handler, &handler.params, |span| self.context_param(span, "CloseContext"));
        }
        let checks = checks.statements;
        if checks.is_empty() {
            return TokenStream::new();
        }
        quote! {
            fn check(__env: &#p::Env) -> #p::Result<(), #p::Rejection> {
                #(#checks)*
                #p::Ok(())
            }
        }
    }
}

/// The statements of `fn check`.
#[derive(Default)]
struct Checks {
    seen: HashSet<String>,
    statements: Vec<TokenStream>,
}

impl Checks {
    fn add<'a>(
        &mut self,
        handler: &Handler,
        params: impl IntoIterator<Item = &'a Param>,
        of: impl Fn(Span) -> TokenStream,
    ) {
        let (cfg, lints, env) = (cfg(&handler.cfg), &handler.lints, local("env"));
        for Param { ty, span } in params {
            let of = of(*span);
            if self.seen.insert(quote!(#cfg #ty #of).to_string()) {
                self.statements.push(quote_spanned!(*span=> #cfg #(#lints)* <#ty as #of>::check(#env)?;));
            }
        }
    }
}
