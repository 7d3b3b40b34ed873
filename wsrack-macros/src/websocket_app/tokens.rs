//! Tokens that are not parsed further: where they stand, and how they read elsewhere.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

/// Writes a method's types, and constants of the `impl` block, for the outside.
pub(super) struct Outside<'a> {
    pub(super) self_ty: &'a Type,
    /// The method's own lifetimes.
    pub(super) lifetimes: Vec<Ident>,
}

impl Outside<'_> {
    /// `Self` becomes the type, the method's lifetimes `'_`.
    pub(super) fn write(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.write(group.stream()));
                    inner.set_span(group.span());
                    out.extend([TokenTree::Group(inner)]);
                }
                TokenTree::Ident(ident) if ident == "Self" => {
                    let self_ty = located(self.self_ty.to_token_stream(), ident.span());
                    let is_path =
                        matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                    out.extend(if is_path { quote!(<#self_ty>) } else { self_ty });
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                    let name = tokens.next();
                    out.extend([TokenTree::Punct(punct)]);
                    out.extend(name.map(|name| match name {
                        TokenTree::Ident(name) if self.lifetimes.contains(&name) => {
                            TokenTree::Ident(Ident::new("_", name.span()))
                        }
                        other => other,
                    }));
                }
                other => out.extend([other]),
            }
        }
        out
    }

    /// The first token that borrows for less than `'static`.
    pub(super) fn borrows(&self, tokens: TokenStream) -> Option<Span> {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    if let Some(span) = self.borrows(group.stream()) {
                        return Some(span);
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == '&' => {
                    let is_named =
                        matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                    if !is_named {
                        return Some(punct.span());
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' => match tokens.next() {
                    Some(TokenTree::Ident(name)) if name == "_" || self.lifetimes.contains(&name) => {
                        return Some(name.span());
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        None
    }
}

/// Where `tokens` begin: on stable Rust all that is known of their place.
pub(super) fn start(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

/// The same tokens, shown at `span` in errors.
pub(super) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

/// The place of a word, such as `impl`.
pub(super) fn find(tokens: &TokenStream, word: &str) -> Option<Span> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == word => Some(ident.span()),
        TokenTree::Group(group) => find(&group.stream(), word),
        _ => None,
    })
}

/// The place of a `'_`.
pub(super) fn find_elided(tokens: TokenStream) -> Option<Span> {
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct)
                if punct.as_char() == '\'' && tokens.next().is_some_and(|name| name.to_string() == "_") =>
            {
                return Some(punct.span());
            }
            TokenTree::Group(group) => match find_elided(group.stream()) {
                None => {}
                found => return found,
            },
            _ => {}
        }
    }
    None
}
