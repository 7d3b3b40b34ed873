//! The call of a handler: its parameters one by one, each error on the parameter's type.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::super::arguments::Sharing;
use super::super::signature::{Handler, Param};
use super::{Expansion, shown_at};

impl Expansion<'_> {
    /// What the handlers of a connection are called on.
    pub(super) fn session(self) -> TokenStream {
        match self.app.sharing {
            Sharing::Shared => quote!(&self.0),
            Sharing::PerConnection => quote!(self),
        }
    }

    /// Parameters that come from the phase `context`, which is at hand as `cx`.
    pub(super) fn context_arguments(self, params: &[Param], context: &TokenStream) -> Vec<TokenStream> {
        let p = self.p;
        let argument = |Param { ty, span }: &Param| quote_spanned!(shown_at(*span)=> <#ty as #p::FromContext<'_, #context>>::from_context(cx)?);
        params.iter().map(argument).collect()
    }

    /// `<Chat>::say(self, …)`
    pub(super) fn plain_call(
        self,
        handler: &Handler,
        receiver: &TokenStream,
        arguments: &[TokenStream],
    ) -> TokenStream {
        let (self_ty, ident) = (&self.app.self_ty, &handler.ident);
        quote!(<#self_ty>::#ident(#receiver #(, #arguments)*))
    }

    /// The same, awaited where it is `async`; a future that is not `Send` is an error on the method's name.
    pub(super) fn call(
        self,
        handler: &Handler,
        receiver: &TokenStream,
        arguments: &[TokenStream],
    ) -> TokenStream {
        let p = self.p;
        let call = self.plain_call(handler, receiver, arguments);
        if handler.is_async {
            quote_spanned!(shown_at(handler.ident.span())=> #p::handler_future_must_be_send(#call).await)
        } else {
            call
        }
    }

    /// Hands what `call` returns to `convert`, a function with one argument left open; errors are on the return type.
    pub(super) fn returned(
        handler: &Handler,
        call: &TokenStream,
        convert: impl FnOnce(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let span = shown_at(handler.output.unwrap_or_else(|| handler.ident.span()));
        let reply = quote_spanned!(span=> reply);
        let converted = convert(reply.clone());
        quote! {
            let #reply = #call;
            #converted
        }
    }

    /// A phase with one handler: that, or `otherwise` where there is none.
    pub(super) fn only(
        handlers: &[Handler],
        otherwise: &TokenStream,
        body: impl Fn(&Handler) -> TokenStream,
    ) -> TokenStream {
        let mut out = TokenStream::new();
        for handler in handlers {
            let body = body(handler);
            let lints = &handler.lints;
            if handler.cfg.is_empty() {
                return if lints.is_empty() { quote!(#out #body) } else { quote!(#out #(#lints)* { #body }) };
            }
            let cfg = cfg(&handler.cfg);
            out.extend(quote!(#cfg #(#lints)* { return { #body }; }));
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
        all => quote!(::core::cfg!(all(#(#all),*))),
    }
}
