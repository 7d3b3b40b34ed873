//! The code that makes the type an application: short, and plain calls into `wsrack::__private`.

mod call;
mod checks;
mod conflicts;
mod message;
mod phases;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Ident, Path, Type, parse_quote};

use self::call::local;
use super::arguments::Sharing;
use super::model::Application;
use super::parse::Block;
use super::tokens::start;

/// What is generated for `application`.
pub(super) fn application(application: &Application, krate: Option<&Path>) -> TokenStream {
    let generics = bounded(&application.generics, &application.self_ty);
    let expansion = Expansion { app: application, p: &local("wsrack"), generics: &generics };
    let bounds = expansion.bounds();
    let conflicts = expansion.conflicts();
    let app = expansion.app_impl();
    let session = expansion.session_impl();
    apart(krate, &quote!(#bounds #conflicts #app #session))
}

/// The generated code finds its names in `__wsrack`, which nothing else sees. If that cannot be found, this is the one
/// place where the compiler says so.
fn apart(krate: Option<&Path>, generated: &TokenStream) -> TokenStream {
    let krate = krate.map_or_else(|| quote!(::wsrack), ToTokens::to_token_stream);
    quote! {
        const _: () = {
            use #krate::__private as __wsrack;
            #generated
        };
    }
}

/// After a mistake: an application without handlers, so that nothing else is reported where it is mounted.
pub(super) fn stub(block: &Block, krate: Option<&Path>) -> TokenStream {
    if block.borrows().is_some() {
        return TokenStream::new();
    }
    let self_ty = &block.self_ty;
    let generics = bounded(&block.generics, self_ty);
    let (generics, _, where_clause) = generics.split_for_impl();
    let generated = quote! {
        #[automatically_derived]
        impl #generics __wsrack::App for #self_ty #where_clause {
            type Session = __wsrack::Shared<Self>;

            fn session(__this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
                __wsrack::Shared(__wsrack::Arc::clone(__this))
            }
        }

        #[automatically_derived]
        impl #generics __wsrack::Session<#self_ty> for __wsrack::Shared<#self_ty> #where_clause {}
    };
    apart(krate, &generated)
}

/// One application on its way into code.
#[derive(Clone, Copy)]
struct Expansion<'a> {
    app: &'a Application,
    /// Where the generated code finds its names.
    p: &'a Ident,
    /// The type's parameters, with the bounds of an application.
    generics: &'a Generics,
}

/// The bounds of an application as a condition of its impls: what is not `Send` is reported by [`Expansion::bounds`]
/// alone, and not again for each future that holds the application. The lifetime keeps the compiler from judging the
/// condition where it stands.
fn bounded(declared: &Generics, self_ty: &Type) -> Generics {
    let mut generics = declared.clone();
    let predicates = &mut generics.make_where_clause().predicates;
    for param in declared.type_params() {
        let param = &param.ident;
        predicates.push(parse_quote!(#param: 'static));
    }
    predicates.push(parse_quote!(for<'any> #self_ty: __wsrack::Send + __wsrack::Sync));
    generics
}

impl Expansion<'_> {
    /// What every application must be, each with a message of its own.
    fn bounds(self) -> TokenStream {
        let self_ty = &self.app.self_ty;
        let (generics, _, where_clause) = self.app.generics.split_for_impl();
        let p = self.at(start(&self_ty.to_token_stream()));
        quote! {
            #[allow(dead_code)]
            fn __bounds #generics () #where_clause {
                #p::an_application_must_be_send::<#self_ty>();
                #p::an_application_must_be_sync::<#self_ty>();
                #p::an_application_must_be_static::<#self_ty>();
            }
        }
    }

    fn app_impl(self) -> TokenStream {
        let p = self.p;
        let self_ty = &self.app.self_ty;
        let (generics, _, where_clause) = self.generics.split_for_impl();
        let (session_ty, session) = match self.app.sharing {
            Sharing::Shared => (quote!(#p::Shared<Self>), quote!(#p::Shared(#p::Arc::clone(__this)))),
            Sharing::PerConnection => {
                let first =
                    self.app.handlers.first_mut().map_or_else(Span::call_site, |first| first.receiver.span);
                let (p, this) = (self.at(first), local("this"));
                // Of a generic application the compiler knows better what is missing: a bound of a parameter.
                let session = if self.app.generics.type_params().next().is_some() {
                    quote_spanned!(first=> #p::each_connection_works_on_a_clone::<Self>()(#this))
                } else {
                    quote_spanned!(first=> <Self as #p::PerConnection>::clone_of(#this))
                };
                (quote!(Self), session)
            }
        };
        let options = self.options();
        let start = self.on_start();
        let stop = self.on_stop();
        let allow = self.allow();
        quote! {
            #[automatically_derived]
            #allow
            impl #generics #p::App for #self_ty #where_clause {
                type Session = #session_ty;

                fn session(__this: &#p::Arc<Self>) -> #session_ty {
                    #session
                }

                #options
                #start
                #stop
            }
        }
    }

    /// What stands behind a handler that is there on a condition is not reached where it holds.
    fn allow(self) -> TokenStream {
        let handlers = &self.app.handlers;
        let mut all = handlers.start.iter().chain(handlers.of_connection()).chain(&handlers.stop);
        if all.any(|handler| !handler.cfg.is_empty()) {
            quote!(#[allow(unreachable_code)])
        } else {
            TokenStream::new()
        }
    }

    fn options(self) -> TokenStream {
        if self.app.settings.is_empty() {
            return TokenStream::new();
        }
        let p = self.p;
        let settings = self.app.settings.iter().map(|setting| setting.call(p));
        quote! {
            fn options() -> #p::Options {
                #p::Options::new() #(#settings)*
            }
        }
    }

    fn session_impl(self) -> TokenStream {
        let p = self.p;
        let self_ty = &self.app.self_ty;
        let (generics, _, where_clause) = self.generics.split_for_impl();
        let session_ty = match self.app.sharing {
            Sharing::Shared => quote!(#p::Shared<#self_ty>),
            Sharing::PerConnection => quote!(#self_ty),
        };
        let allow = self.allow();
        let items = [
            self.handlers(),
            self.check(),
            self.on_upgrade(),
            self.on_open(),
            self.on_message(),
            self.on_notify(),
            self.on_every(),
            self.on_error(),
            self.on_close(),
        ];
        quote! {
            #[automatically_derived]
            #allow
            impl #generics #p::Session<#self_ty> for #session_ty #where_clause {
                #(#items)*
            }
        }
    }
}
