//! Handlers that cannot stand beside each other, as only conditions and types can tell.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{GenericParam, Ident};

use super::super::markers::Period;
use super::super::model::EveryHandler;
use super::super::rules;
use super::super::signature::Handler;
use super::super::tokens::start;
use super::Expansion;
use super::call::cfg;
use crate::names::Marker;

/// An expression that the compiler evaluates, and that panics with a message.
struct Check {
    /// What its types must not be blamed for.
    lints: TokenStream,
    expression: TokenStream,
    /// Whether it depends on the application's type parameters.
    is_generic: bool,
}

impl Expansion<'_> {
    /// What is known where the application is written.
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
                out.extend(quote_spanned!(second.ident.span()=> #cfg ::core::compile_error! { #message }));
            }
        }
        let certain = self.checks().into_iter().filter(|check| !check.is_generic);
        let certain =
            certain.map(|Check { lints, expression, .. }| quote!(#lints const _: () = #expression;));
        quote!(#out #(#certain)*)
    }

    /// What is known where a generic application is built.
    pub(super) fn generic_conflicts(self) -> TokenStream {
        let generic = self.checks().into_iter().filter(|check| check.is_generic);
        let generic = generic.map(|Check { lints, expression, .. }| quote!(#lints const { #expression };));
        quote!(#(#generic)*)
    }

    fn checks(self) -> Vec<Check> {
        let messages: Vec<_> = self.app.handlers.message.iter().map(|message| &message.handler).collect();
        let errors: Vec<_> = self.app.handlers.error.iter().collect();
        let kinds = pairs(&messages).map(|(first, second)| self.one_kind(first, second));
        let streamed = self.app.handlers.event.iter().flat_map(|event| {
            messages.iter().filter_map(|message| self.never_whole(&event.handler, message))
        });
        let errors = errors.array_windows().map(|[first, second]| self.unreachable(first, second));
        let periods = self.app.handlers.every.iter().filter_map(|every| self.no_period(every));
        kinds.chain(streamed).chain(errors).chain(periods).collect()
    }

    fn one_kind(self, first: &Handler, second: &Handler) -> Check {
        let (one, other) = (self.kinds(first), self.kinds(second));
        let message = format!(
            "two handlers for one kind of message: `{}` and `{}`; text and binary have one each, or one for both takes \
             a `Message` or an `Incoming`",
            first.ident, second.ident
        );
        self.panic_if([first, second], second.ident.span(), &quote!(#one.overlaps(#other)), &message)
    }

    /// An event is a text that has arrived.
    fn never_whole(self, event: &Handler, message: &Handler) -> Option<Check> {
        let param = message.params.last()?;
        let (p, of) = (self.p, self.message_param(param));
        let condition = quote!(#of::STREAM_KINDS.overlaps(#p::Kinds::TEXT));
        let message_text = format!(
            "`{}` is never called, for `{}` takes every text as it arrives, and an event is a whole one: take a \
             `Message` or `Bytes` there",
            event.ident, message.ident
        );
        Some(self.panic_if([message, event], event.ident.span(), &condition, &message_text))
    }

    fn unreachable(self, first: &Handler, second: &Handler) -> Check {
        let takes_all = first.params.last().map(|error| {
            let (p, ty) = (self.at(error.span), &error.ty);
            quote_spanned!(error.span=> <#ty as #p::ErrorParam<'_>>::TAKES_ALL)
        });
        let message = format!(
            "`{}` is never reached, for `{}` before it takes every error: `&Error` stands last",
            second.ident, first.ident
        );
        self.panic_if([first, second], second.ident.span(), &quote!(#takes_all), &message)
    }

    /// Of a period that is written as text the macro knows that it is none.
    fn no_period(self, EveryHandler { period, handler }: &EveryHandler) -> Option<Check> {
        let Period::Const(period) = period else { return None };
        let p = self.p;
        let condition = quote!(#p::Duration::is_zero(&#period));
        let message = "a period is longer than zero: `#[every(\"5s\")]`";
        Some(self.panic_if([handler, handler], start(period), &condition, message))
    }

    fn panic_if(self, handlers: [&Handler; 2], at: Span, condition: &TokenStream, message: &str) -> Check {
        let [first, second] = handlers;
        let panic = quote_spanned!(at=> ::core::panic!(#message));
        let lints = first.lints.iter().chain(&second.lints);
        let mut expression = quote!(if #condition { #panic });
        let conditions = both(first, second);
        if !conditions.is_empty() {
            let cfg = cfg(&conditions);
            expression = quote!({ #cfg #expression });
        }
        let generics = &self.app.generics.params;
        let is_generic = generics.iter().map(parameter).any(|name| mentions(condition, name));
        Check { lints: quote!(#(#lints)*), expression, is_generic }
    }
}

fn both(first: &Handler, second: &Handler) -> Vec<TokenStream> {
    [&*first.cfg, &*second.cfg].concat()
}

fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items
        .iter()
        .enumerate()
        .flat_map(|(place, second)| items[..place].iter().map(move |first| (first, second)))
}

fn parameter(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
