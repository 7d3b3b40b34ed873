//! What is known before a connection is there: which handlers there are, whether the request has their parameters,
//! and that no two handlers want the same.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::super::markers::Period;
use super::super::model::both;
use super::super::rules;
use super::super::signature::{Handler, Param};
use super::call::{cfg, cfg_value};
use super::{Expansion, shown_at};
use crate::names::Marker;

impl Expansion<'_> {
    /// `const HANDLERS`
    pub(super) fn handlers(self) -> TokenStream {
        let p = self.p;
        let handlers = &self.app.handlers;
        if handlers.message.is_empty() && handlers.event.is_empty() && handlers.every.is_empty() {
            return TokenStream::new();
        }
        let messages = handlers.message.iter().map(|message| &message.handler);
        let mut all = messages.chain(handlers.event.iter().map(|event| &event.handler));
        let message = match all.clone().next() {
            None => quote!(false),
            Some(_) if all.any(|handler| handler.cfg.is_empty()) => quote!(true),
            Some(_) => {
                let conditions = handlers.message.iter().map(|message| &message.handler);
                let conditions = conditions.chain(handlers.event.iter().map(|event| &event.handler));
                let conditions = conditions.map(|handler| cfg_value(&handler.cfg));
                quote!(#(#conditions)||*)
            }
        };
        let streams = handlers.message.iter().filter_map(|message| {
            let Param { ty, .. } = message.handler.params.last()?;
            let cfg = cfg(&message.handler.cfg);
            Some(quote!(#cfg #p::streams::<#ty, _>()))
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
        quote! {
            const HANDLERS: #p::Handlers = #p::Handlers {
                message: #message,
                streams: #p::Kinds::all(&[#(#streams),*]),
                every: &[#(#every),*],
            };
        }
    }

    /// `fn check`: every parameter of every handler after the upgrade, each type once.
    pub(super) fn check(self) -> TokenStream {
        let p = self.p;
        let handlers = &self.app.handlers;
        let (live, closed) = (quote!(#p::Context), quote!(#p::CloseContext));
        let from = |context: &TokenStream| quote!(#p::FromContext<'_, #context>);
        let mut checks = Checks::default();
        for handler in handlers.open.iter().chain(handlers.every.iter().map(|every| &every.handler)) {
            checks.add(handler, &handler.params, &from(&live));
        }
        for message in &handlers.message {
            let (others, last) = message.handler.split_last();
            checks.add(&message.handler, others, &from(&live));
            checks.add(&message.handler, last, &quote!(#p::MessageParam<'_, _>));
        }
        for event in &handlers.event {
            let (others, last) = event.handler.split_last();
            checks.add(&event.handler, others, &from(&live));
            checks.add(&event.handler, last, &quote!(#p::EventParam<'_, _>));
        }
        for handler in handlers.notify.iter().chain(&handlers.error) {
            checks.add(handler, handler.split_last().0, &from(&live));
        }
        for handler in &handlers.close {
            checks.add(handler, &handler.params, &from(&closed));
        }
        let checks = checks.out;
        if checks.is_empty() {
            return TokenStream::new();
        }
        quote! {
            fn check(env: &#p::Env) -> #p::Result<(), #p::Rejection> {
                #(#checks)*
                #p::Ok(())
            }
        }
    }

    /// Two handlers that are there under conditions which hold together, and what only types can tell.
    pub(super) fn conflicts(self) -> TokenStream {
        let handlers = &self.app.handlers;
        let single = [
            (Marker::Start, &handlers.start),
            (Marker::Upgrade, &handlers.upgrade),
            (Marker::Open, &handlers.open),
            (Marker::Close, &handlers.close),
            (Marker::Stop, &handlers.stop),
        ];
        let mut out = TokenStream::new();
        for (marker, handlers) in single {
            for (first, second) in pairs(handlers).filter(|(first, second)| !both(first, second).is_empty()) {
                let cfg = cfg(&both(first, second));
                let message = rules::two(marker, first, second);
                let span = shown_at(second.ident.span());
                out.extend(quote_spanned!(span=> #cfg ::core::compile_error! { #message }));
            }
        }
        if self.app.generics.params.is_empty() {
            let checks = self.type_conflicts();
            out.extend(quote!(#(const _: () = #checks;)*));
        }
        out
    }

    /// The same for a generic application: only where it is built can its types tell.
    pub(super) fn generic_conflicts(self) -> TokenStream {
        if self.app.generics.params.is_empty() {
            return TokenStream::new();
        }
        let checks = self.type_conflicts();
        quote!(#(const { #checks };)*)
    }

    /// Expressions that are evaluated by the compiler, and panic with a message.
    fn type_conflicts(self) -> Vec<TokenStream> {
        let p = self.p;
        let mut out = Vec::new();
        for (first, second) in pairs(&self.app.handlers.message) {
            let (first, second) = (&first.handler, &second.handler);
            let (one, other) = (self.kinds(first), self.kinds(second));
            let message = format!(
                "two handlers for one kind of message: `{}` and `{}`; text and binary have one each, or one for both \
                 takes a `Message`",
                first.ident, second.ident
            );
            out.push(panic_if(first, second, &quote!(#one.overlaps(#other)), &message));
        }
        for (first, second) in self.app.handlers.error.windows(2).filter_map(|pair| match pair {
            [first, second] => Some((first, second)),
            _ => None,
        }) {
            let ty = first.params.last().map(|error| &error.ty);
            let message = format!(
                "`{}` is never reached, for `{}` before it takes every error: `&Error` stands last",
                second.ident, first.ident
            );
            out.push(panic_if(first, second, &quote!(<#ty as #p::ErrorParam<'_>>::TAKES_ALL), &message));
        }
        out
    }
}

fn panic_if(first: &Handler, second: &Handler, condition: &TokenStream, message: &str) -> TokenStream {
    let span = shown_at(second.ident.span());
    let panic = quote_spanned!(span=> ::core::panic!(#message));
    let check = quote!(if #condition { #panic });
    let conditions = both(first, second);
    if conditions.is_empty() {
        return check;
    }
    let cfg = cfg(&conditions);
    quote!({ #cfg #check })
}

fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items
        .iter()
        .enumerate()
        .flat_map(|(place, second)| items[..place].iter().map(move |first| (first, second)))
}

/// The statements of `fn check`.
#[derive(Default)]
struct Checks {
    seen: HashSet<String>,
    out: Vec<TokenStream>,
}

impl Checks {
    fn add<'a>(&mut self, handler: &Handler, params: impl IntoIterator<Item = &'a Param>, of: &TokenStream) {
        let cfg = cfg(&handler.cfg);
        for Param { ty, span } in params {
            if self.seen.insert(quote!(#cfg #ty #of).to_string()) {
                let check = quote_spanned!(shown_at(*span)=> <#ty as #of>::check(env)?;);
                self.out.push(quote!(#cfg #check));
            }
        }
    }
}
