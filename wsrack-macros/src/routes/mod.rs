//! `routes!`: parse → model → expand. Every error is collected, and what is right is expanded all the same.

mod expand;
mod key;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;

use self::parse::Errors;

/// The expansion is an expression of the type `Routes`, also where there are errors: they are the only ones
/// that the user sees.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let syntax = parse::parser(&mut errors).parse2(input);
    let block = match syntax {
        Ok(syntax) => model::block(syntax, &mut errors),
        Err(error) => {
            errors.push(error);
            model::Block::default()
        }
    };
    let routes = expand::block(&block);
    match errors.into_compile_errors() {
        None => routes,
        Some(errors) => quote!({ #errors #routes }),
    }
}

#[cfg(test)]
mod tests;
