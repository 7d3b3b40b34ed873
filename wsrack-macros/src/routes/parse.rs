//! Tokens to syntax. A broken entry is reported and left out; parsing goes on with the next one.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::token::Brace;
use syn::{Expr, LitStr, Token, braced};

/// `{ use …; "…" => …, }`
#[derive(Default)]
pub(super) struct Syntax {
    pub(super) layers: Vec<Expr>,
    pub(super) entries: Vec<Entry>,
}

/// `"…" => …`
pub(super) struct Entry {
    pub(super) key: LitStr,
    pub(super) target: Target,
}

/// What stands behind `=>`.
pub(super) enum Target {
    Value(Box<Expr>),
    Block(Syntax),
}

/// All that is wrong, in the order of the source.
#[derive(Default)]
pub(super) struct Errors(Option<syn::Error>);

impl Errors {
    pub(super) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            none => *none = Some(error),
        }
    }

    pub(super) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(super) fn into_compile_errors(self) -> Option<TokenStream> {
        self.0.map(|error| error.to_compile_error())
    }
}

/// What parses the inside of `routes! { … }`.
pub(super) fn parser(errors: &mut Errors) -> impl Parser<Output = Syntax> {
    |input: ParseStream<'_>| Ok(block(input, Span::call_site(), errors))
}

/// `owner` is the path it belongs to, or all of the call.
fn block(input: ParseStream<'_>, owner: Span, errors: &mut Errors) -> Syntax {
    let mut block = Syntax::default();
    // Whatever is wrong with it, an entry that was begun counts for the place of `use`.
    let mut mapped = false;
    while !input.is_empty() {
        let parsed = if input.peek(Token![use]) {
            layer(input, mapped, errors).map(|layer| block.layers.push(layer))
        } else {
            mapped = true;
            entry(input, errors).map(|entry| block.entries.extend(entry))
        };
        if let Err(error) = parsed {
            errors.push(error);
            skip_entry(input);
        }
    }
    if !mapped {
        errors.at(
            owner,
            "nothing is mounted here, which answers all with 404: write `\"/\" => …` in the block",
        );
    }
    block
}

/// `use LAYER;`
fn layer(input: ParseStream<'_>, mapped: bool, errors: &mut Errors) -> syn::Result<Expr> {
    let token: Token![use] = input.parse()?;
    if mapped {
        errors.at(
            token.span,
            "a `use` stands before the first mount and holds for all of the block: \
             move it up, or put what it is for into a block of its own, `\"/path\" => { use …; … }` \
             (Rack takes a `use` here and silently leaves it out for the mounts above)",
        );
    }
    if input.peek(Token![;]) || input.is_empty() {
        return Err(here(input, "write the layer behind `use`, as in `use TraceLayer::new_for_http();`"));
    }
    let layer = input.parse()?;
    if !input.peek(Token![;]) {
        let message = if input.peek(Token![,]) {
            "a `use` line ends with `;`: write it for this `,`"
        } else {
            "a `use` line ends with `;`: write it in front of this"
        };
        errors.push(here(input, message));
        eat_separator(input)?;
        return Ok(layer);
    }
    input.parse::<Token![;]>()?;
    Ok(layer)
}

/// `"…" => …,`; `None` if it is broken and parsing can go on behind it.
fn entry(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Entry>> {
    if !input.peek(LitStr) {
        return Err(here(
            input,
            "a path is a string literal, as in `\"/chat\" => Chat::new()`; \
             one that is computed is mounted with `Routes::map(path, …)`",
        ));
    }
    let key: LitStr = input.parse()?;
    arrow(input, &key, errors)?;
    if input.is_empty() || input.peek(Token![,]) || begins_entry(input) {
        errors.at(
            key.span(),
            "nothing is mounted here: write an application, an HTTP service or a block `{ … }` behind `=>`",
        );
        eat_separator(input)?;
        return Ok(None);
    }
    let is_block = input.peek(Brace);
    let target = if is_block {
        let inner;
        braced!(inner in input);
        Target::Block(inner_block(&inner, key.span(), errors)?)
    } else {
        Target::Value(input.parse()?)
    };
    separator(input, is_block, errors)?;
    Ok(Some(Entry { key, target }))
}

/// A block of mounts, unless its first token tells that it is a block expression.
fn inner_block(input: ParseStream<'_>, owner: Span, errors: &mut Errors) -> syn::Result<Syntax> {
    if input.is_empty() || input.peek(Token![use]) || input.peek(LitStr) {
        return Ok(block(input, owner, errors));
    }
    let error = here(
        input,
        "a `{` behind `=>` begins a block of mounts, `{ \"/path\" => … }`; \
         a block expression stands in parentheses, `({ … })`",
    );
    skip_all(input);
    Err(error)
}

/// `=>`, or what people write for it.
fn arrow(input: ParseStream<'_>, key: &LitStr, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![=>]) {
        return input.parse::<Token![=>]>().map(drop);
    }
    // At the end of a line or of the block nothing is there to point at but the path.
    let nothing = input.is_empty() || input.peek(Token![,]) || begins_entry(input);
    let span = if nothing { key.span() } else { input.span() };
    let message = "write `=>` between the path and what is mounted there, as in `\"/chat\" => Chat::new()`";
    if nothing {
        return Err(syn::Error::new(span, message));
    }
    errors.at(span, message);
    if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
    } else if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
    } else if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
    }
    Ok(())
}

/// The `,` behind an entry; as in a `match`, a block needs none, nor does the last entry.
fn separator(input: ParseStream<'_>, is_block: bool, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    let next = begins_entry(input) || input.peek(Token![use]);
    if input.is_empty() || (is_block && next) {
        return Ok(());
    }
    let message = if is_block {
        "a `{` behind `=>` is a block of mounts and ends there: \
         write a `,`, or parentheses around it if this is a block expression, `({ … })`"
    } else if next {
        "mounts are separated by `,`: write it in front of this"
    } else {
        "mounts are separated by `,`"
    };
    errors.push(here(input, message));
    if !next {
        skip_entry(input);
    }
    Ok(())
}

fn eat_separator(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn begins_entry(input: ParseStream<'_>) -> bool {
    input.peek(LitStr) && input.peek2(Token![=>])
}

/// [`syn::parse::ParseBuffer::error`] puts words of its own in front at the end of the input.
fn here(input: ParseStream<'_>, message: &str) -> syn::Error {
    syn::Error::new(input.span(), message)
}

/// To where the next entry or `use` begins. (A `,` alone tells nothing: it also stands in `a::<B, C>()`.)
fn skip_entry(input: ParseStream<'_>) {
    while !input.is_empty() && !begins_entry(input) && !input.peek(Token![use]) {
        if input.parse::<TokenTree>().is_err() {
            return; // cannot be: there is a token
        }
    }
}

fn skip_all(input: ParseStream<'_>) {
    let rest: syn::Result<TokenStream> = input.parse();
    drop(rest); // cannot fail: anything is a token stream
}
