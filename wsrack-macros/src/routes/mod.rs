//! `routes!`: parse → model → expand. Every error is collected, and what is right is expanded all the same.

mod expand;
mod key;
mod model;
mod parse;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser;

use self::parse::Errors;

/// `[$crate] …`: in front stands where `wsrack` is, which its users may know by another name.
///
/// The expansion is an expression of the type `Routes`, also where there are errors: they are the only ones
/// that the user sees.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let Some(TokenTree::Group(krate)) = input.next() else { return TokenStream::new() };
    block(&krate.stream(), input.collect())
}

fn block(krate: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let syntax = parse::parser(&mut errors).parse2(input);
    let block = match syntax {
        Ok(syntax) => model::block(syntax, &mut errors),
        Err(error) => {
            errors.push(error);
            model::Block::default()
        }
    };
    let routes = expand::routes(krate, &block);
    match errors.into_compile_errors() {
        None => routes,
        Some(errors) => quote!({ #errors #routes }),
    }
}

#[cfg(test)]
mod tests;
