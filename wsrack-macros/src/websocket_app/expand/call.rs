//! The call of a handler: its parameters one by one, each error on the user's own token.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::super::arguments::Sharing;
use super::super::signature::{Handler, Param};
use super::Expansion;

impl Expansion<'_> {
    /// What the handlers of a connection are called on.
    pub(super) fn session(self) -> TokenStream {
        match self.app.sharing {
            Sharing::Shared => quote!(&self.0),
            Sharing::PerConnection => quote!(self),
        }
    }

    /// Parameters that come from the phase `context`, which is at hand as `cx`.
    pub(super) fn arguments(self, params: &[Param], context: &str) -> Vec<TokenStream> {
        let argument = |param: &Param| {
            let (ty, of, cx) = (&param.ty, self.context_param(param.span, context), local("cx"));
            quote_spanned!(param.span=> <#ty as #of>::from_context(#cx)?)
        };
        params.iter().map(argument).collect()
    }

    /// `FromContext<'_, Context>`, by a name that nobody has imported: rustc would call the path before it superfluous.
    pub(super) fn context_param(self, span: Span, context: &str) -> TokenStream {
        let (p, context) = (self.at(span), Ident::new(context, span));
        quote_spanned!(span=> #p::Parameter<'_, #p::#context>)
    }

    /// `<Chat>::say(self, …)`
    pub(super) fn plain_call(
        self,
        handler: &Handler,
        receiver: &TokenStream,
        arguments: &[TokenStream],
    ) -> TokenStream {
        let (self_ty, ident) = (&self.app.self_ty, &handler.ident);
        quote_spanned!(ident.span()=> <#self_ty>::#ident(#receiver #(, #arguments)*))
    }

    /// The same, awaited where it is `async`; a future that is not `Send` is an error on the method's name.
    pub(super) fn call(
        self,
        handler: &Handler,
        receiver: &TokenStream,
        arguments: &[TokenStream],
    ) -> TokenStream {
        let call = self.plain_call(handler, receiver, arguments);
        if handler.is_async { self.awaited(handler, &call) } else { call }
    }

    pub(super) fn awaited(self, handler: &Handler, call: &TokenStream) -> TokenStream {
        let span = handler.ident.span();
        let p = self.at(span);
        quote_spanned!(span=> #p::handler_future_must_be_send(#call).await)
    }

    /// What `call` returns, as `reply`, and what `convert` makes of it; errors are on the return type.
    pub(super) fn returned(
        self,
        handler: &Handler,
        call: &TokenStream,
        convert: impl FnOnce(&Ident, Span) -> TokenStream,
    ) -> Answer {
        let span = handler.output.unwrap_or_else(|| handler.ident.span());
        let reply = quote_spanned!(span=> __reply);
        Answer { call: quote!(let #reply = #call;), value: convert(&self.at(span), span) }
    }

    /// Where the generated code finds its names, shown at `span` in errors.
    pub(super) fn at(self, span: Span) -> Ident {
        Ident::new(&self.p.to_string(), span)
    }
}

/// A variable of the generated function where it is named at a place of the user's: there it would have the hygiene of
/// that place, which is another one where a macro of the user's writes the handlers. Without the underscores, a
/// constant or a unit struct of the user's that has the name would be meant.
pub(super) fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::call_site())
}

/// A handler's call, and the value that the phase has from it.
pub(super) struct Answer {
    pub(super) call: TokenStream,
    pub(super) value: TokenStream,
}

impl Answer {
    /// As the last thing in a block.
    fn last(&self) -> TokenStream {
        let Self { call, value } = self;
        quote!(#call #value)
    }

    /// As an end before that of the function.
    pub(super) fn returned(&self) -> TokenStream {
        let Self { call, value } = self;
        quote!(#call return #value;)
    }
}

/// A phase with one handler: that, or `otherwise` where there is none.
pub(super) fn only(
    handlers: &[Handler],
    otherwise: &TokenStream,
    answer: impl Fn(&Handler) -> Answer,
) -> TokenStream {
    let mut out = TokenStream::new();
    for handler in handlers {
        let answer = answer(handler);
        let (body, returned) = (answer.last(), answer.returned());
        let lints = &handler.lints;
        if handler.cfg.is_empty() {
            return if lints.is_empty() { quote!(#out #body) } else { quote!(#out #(#lints)* { #body }) };
        }
        let cfg = cfg(&handler.cfg);
        out.extend(quote!(#cfg #(#lints)* { #returned }));
    }
    quote!(#out #otherwise)
}

/// `body` as a statement, under the handler's conditions and with its lints.
pub(super) fn statement(handler: &Handler, body: &TokenStream) -> TokenStream {
    if handler.cfg.is_empty() && handler.lints.is_empty() {
        return body.clone();
    }
    let (cfg, lints) = (cfg(&handler.cfg), &handler.lints);
    quote!(#cfg #(#lints)* { #body })
}

/// `#[cfg(…)]`, or nothing where there is no condition.
pub(super) fn cfg(predicates: &[TokenStream]) -> TokenStream {
    match predicates {
        [] => TokenStream::new(),
        [one] => quote!(#[cfg(#one)]),
        all => quote!(#[cfg(all(#(#all),*))]),
    }
}

/// The same as a constant.
pub(super) fn cfg_value(predicates: &[TokenStream]) -> TokenStream {
    match predicates {
        [] => quote!(true),
        [one] => quote!(::core::cfg!(#one)),
        all => quote!(::core::cfg!(all(#(#all),*))),
    }
}
