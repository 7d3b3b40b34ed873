//! Routes to the calls that make them: all that can be checked has been, so none of them fails.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::key::{Key, Segment};
use super::model::{Block, Mount, Target};

/// An expression of the type `Routes`. Its variables cannot be seen by the user's expressions; with
/// the underscores, they are no constant or unit struct of the user's.
pub(super) fn routes(krate: &TokenStream, outermost: &Block) -> TokenStream {
    let routes = block(outermost);
    quote!({
        use #krate::__private as __wsrack;
        #routes
    })
}

fn block(block: &Block) -> TokenStream {
    let routes = Ident::new("__routes", Span::mixed_site());
    let layers = block
        .layers
        .iter()
        .map(|layer| quote_spanned!(layer.span()=> let #routes = __wsrack::layer(#routes, #layer);));
    let mounts = block.mounts.iter().map(|entry| mount(&routes, entry));
    quote!({
        let #routes = __wsrack::Routes::new();
        #(#layers)*
        #(#mounts)*
        #routes
    })
}

fn mount(routes: &Ident, Mount { key: at, target, .. }: &Mount) -> TokenStream {
    let (span, target) = match target {
        Target::Value(value) => {
            let value = without_parentheses(value);
            (value.span(), quote!(#value))
        }
        Target::Block(inner) => (Span::call_site(), block(inner)),
    };
    let key = Ident::new("__key", Span::mixed_site());
    let checked = key_value(at);
    quote_spanned! {span=>
        let #key = #checked;
        let #routes = __wsrack::mount(#routes, #key, #target);
    }
}

/// Those of `({ … })` tell a block expression from a block of mounts; rustc would call them superfluous.
fn without_parentheses(value: &Expr) -> &Expr {
    match value {
        Expr::Paren(inner) if matches!(*inner.expr, Expr::Block(_)) => &inner.expr,
        _ => value,
    }
}

fn key_value(key: &Key) -> TokenStream {
    let host = key.host.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |host| quote!(::core::option::Option::Some(#host)),
    );
    let segments = key.segments.iter().map(|segment| match segment {
        Segment::Literal(text) => quote!(__wsrack::Segment::literal(#text)),
        Segment::Param(name) => quote!(__wsrack::Segment::param(#name)),
    });
    quote!({
        const SEGMENTS: &[__wsrack::Segment] = &[#(#segments),*];
        __wsrack::Key::checked(#host, SEGMENTS)
    })
}
