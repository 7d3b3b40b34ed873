//! The `impl` block as it was written. Bodies stay tokens: what is wrong in them is for rustc to say, once.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Generics, Ident, Result, Signature, Token, Type, Visibility, braced, token};

use super::tokens::find_elided;

/// `impl<…> Chat<…> where … { … }`.
pub(super) struct Block {
    pub(super) attrs: Vec<Attribute>,
    impl_token: Token![impl],
    /// With the `where` clause.
    pub(super) generics: Generics,
    /// `Trait for` of a trait's `impl`, which is no application.
    pub(super) trait_: Option<(Type, Token![for])>,
    pub(super) self_ty: Type,
    brace: token::Brace,
    inner_attrs: Vec<Attribute>,
    pub(super) items: Vec<Item>,
}

pub(super) enum Item {
    Method(Box<Method>),
    /// A constant, a type, a macro, or what rustc complains of itself.
    Other(TokenStream),
}

pub(super) struct Method {
    pub(super) attrs: Vec<Attribute>,
    vis: Visibility,
    pub(super) sig: Signature,
    body: TokenStream,
}

impl Block {
    /// Where the type has a lifetime, which an application has not.
    pub(super) fn borrows(&self) -> Option<Span> {
        let declared = self.generics.lifetimes().next().map(|param| param.lifetime.apostrophe);
        declared.or_else(|| find_elided(self.self_ty.to_token_stream()))
    }

    pub(super) fn methods(&mut self) -> impl Iterator<Item = &mut Method> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Method(method) => Some(&mut **method),
            Item::Other(_) => None,
        })
    }
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let impl_token = parse_impl_token(input)?;
        let mut generics = if is_generics(input) { input.parse()? } else { Generics::default() };
        let first: Type = input.parse()?;
        let (trait_, self_ty) = match input.parse::<Option<Token![for]>>()? {
            Some(for_token) => (Some((first, for_token)), input.parse()?),
            None => (None, first),
        };
        generics.where_clause = input.parse()?;
        let content;
        let brace = braced!(content in input);
        let inner_attrs = content.call(Attribute::parse_inner)?;
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self { attrs, impl_token, generics, trait_, self_ty, brace, inner_attrs, items })
    }
}

fn parse_impl_token(input: ParseStream<'_>) -> Result<Token![impl]> {
    if input.peek(Token![impl]) {
        return input.parse();
    }
    let ahead = input.fork();
    ahead.parse::<Visibility>()?;
    let what = match ahead.call(Ident::parse_any).map(|keyword| keyword.to_string()).as_deref() {
        Ok(keyword @ ("struct" | "trait" | "mod" | "type")) => format!("not on a `{keyword}`"),
        Ok("enum") => "not on an `enum`".to_owned(),
        Ok("fn" | "async" | "const" | "extern") => "not on a function".to_owned(),
        _ => "not on this".to_owned(),
    };
    Err(Error::new(
        input.span(),
        format!(
            "`#[websocket_app]` belongs on an `impl` block, {what}: write it above `impl Chat {{ … }}`, where the \
             handlers are"
        ),
    ))
}

/// Whether `<` opens parameters, and not a type such as `<T as Trait>::Type`.
fn is_generics(input: ParseStream<'_>) -> bool {
    input.peek(Token![<])
        && (input.peek2(Token![>])
            || input.peek2(Token![#])
            || input.peek2(Token![const])
            || ((input.peek2(syn::Lifetime) || input.peek2(Ident))
                && (input.peek3(Token![:])
                    || input.peek3(Token![,])
                    || input.peek3(Token![>])
                    || input.peek3(Token![=]))))
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ahead = input.fork();
        match ahead.parse::<Method>() {
            Ok(_) => input.parse().map(Box::new).map(Self::Method),
            Err(_) => parse_other(input).map(Self::Other),
        }
    }
}

impl Parse for Method {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        if !input.peek(token::Brace) {
            return Err(input.error("expected a body"));
        }
        let body = input.parse::<TokenTree>()?.into();
        Ok(Self { attrs, vis, sig, body })
    }
}

/// Up to the `;` or the `{ … }` that ends an item, whatever it is. A constant may have braces in its value.
fn parse_other(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let (mut is_fn, mut has_value) = (false, false);
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        is_fn |= matches!(&token, TokenTree::Ident(ident) if ident == "fn");
        has_value |= matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '=') && !is_fn;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !has_value,
            _ => false,
        };
        tokens.append(token);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, impl_token, generics, trait_, self_ty, inner_attrs, items, .. } = self;
        let where_clause = &generics.where_clause;
        let (trait_, for_token) = trait_.as_ref().map(|(trait_, for_token)| (trait_, for_token)).unzip();
        tokens.extend(quote!(#(#attrs)* #impl_token #generics #trait_ #for_token #self_ty #where_clause));
        self.brace.surround(tokens, |tokens| tokens.extend(quote!(#(#inner_attrs)* #(#items)*)));
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => {
                let Method { attrs, vis, sig, body } = &**method;
                tokens.extend(quote!(#(#attrs)* #vis #sig #body));
            }
            Self::Other(other) => tokens.extend(other.clone()),
        }
    }
}
