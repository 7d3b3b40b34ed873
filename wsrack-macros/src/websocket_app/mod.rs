//! `#[websocket_app]`: parse → model → expand.

mod arguments;
mod expand;
mod markers;
mod model;
mod options;
mod parse;
mod rules;
mod signature;
mod tokens;

use proc_macro2::TokenStream;
use quote::quote;

use self::arguments::Arguments;
use self::model::{Application, Handlers};
use self::parse::Block;
use crate::diagnostics::Errors;
use crate::names::Marker;

/// The block without its markers, and what makes the type an application; the block is there after mistakes too.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(arguments, &mut errors);
    let Some(mut block) = errors.keep(syn::parse2::<Block>(item.clone())) else {
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    };
    let krate = arguments.krate.clone();
    if let Some((trait_, _)) = &block.trait_ {
        errors.on(trait_, TRAIT);
        let _markers = Handlers::take(&mut block, krate.as_ref(), &mut Errors::default());
        let errors = errors.into_tokens();
        return quote!(#block #errors);
    }
    let application = match Application::new(&mut block, arguments, &mut errors) {
        Some(application) => expand::application(&application, krate.as_ref()),
        None => expand::stub(&block, krate.as_ref()),
    };
    let errors = errors.into_tokens();
    quote!(#block #application #errors)
}

const TRAIT: &str = "`#[websocket_app]` belongs on the type's own `impl` block, not on that of a trait: write `impl Chat { … }`";

/// A marker that was expanded by itself.
pub(crate) fn misplaced(marker: Marker, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let name = marker.name();
    errors.on(
        TokenStream::new(),
        format_args!("`#[{name}]` belongs on a method inside an `impl` block marked `#[websocket_app]`"),
    );
    let errors = errors.into_tokens();
    quote!(#item #errors)
}

#[cfg(test)]
mod tests;
