//! The arguments of `#[websocket_app(…)]`: how the application is shared, where `wsrack` is, and options.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, Path, Token, token};

use super::options::{self, Setting};
use super::tokens::start;
use crate::diagnostics::{Errors, did_you_mean};

/// What the attribute says.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) krate: Option<Path>,
    pub(super) sharing: Option<(Sharing, Ident)>,
    pub(super) settings: Vec<Setting>,
}

/// What a connection works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The one instance.
    Shared,
    /// A clone of its own.
    PerConnection,
}

impl Arguments {
    /// Reads the arguments; each that is wrong is an error, and the others are read all the same.
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut arguments = Self::default();
        let all = |input: ParseStream<'_>| -> syn::Result<()> {
            while !input.is_empty() {
                let read = arguments.read(input);
                if errors.keep(read).is_none() {
                    skip_to_comma(input)?;
                }
                if !input.is_empty() {
                    let comma = input.parse::<Token![,]>();
                    if errors.keep(comma).is_none() {
                        skip_to_comma(input)?;
                        input.parse::<Option<Token![,]>>()?;
                    }
                }
            }
            Ok(())
        };
        let read = all.parse2(tokens);
        errors.keep(read);
        arguments
    }

    fn read(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(Lit) {
            return Err(input.error(ARGUMENT));
        }
        let name = input.call(Ident::parse_any)?;
        if input.peek(Token![-]) {
            return Err(input.error("options are written with `_` here, as in `idle_timeout = \"60s\"`"));
        }
        let value = Value::parse(input)?;
        match name.to_string().as_str() {
            "crate" => self.krate = Some(crate_path(&name, value)?),
            "shared" => self.share(Sharing::Shared, name, &value)?,
            "per_connection" => self.share(Sharing::PerConnection, name, &value)?,
            option => {
                let kind = options::kind(option).ok_or_else(|| unknown(&name))?;
                if self.settings.iter().any(|setting| setting.name == name) {
                    return Err(syn::Error::new(name.span(), format!("`{name}` is set twice")));
                }
                self.settings.push(Setting::read(name, kind, value)?);
            }
        }
        Ok(())
    }

    fn share(&mut self, sharing: Sharing, name: Ident, value: &Value) -> syn::Result<()> {
        if !matches!(value, Value::None) {
            return Err(syn::Error::new(
                name.span(),
                format!("`{name}` stands alone: `#[websocket_app({name})]`"),
            ));
        }
        match &self.sharing {
            Some((other, _)) if *other != sharing => {
                Err(syn::Error::new(name.span(), "an application is either `shared` or `per_connection`"))
            }
            _ => {
                self.sharing = Some((sharing, name));
                Ok(())
            }
        }
    }
}

const ARGUMENT: &str = "an argument is the name of an option, as in `idle_timeout = \"60s\"`; where an application is \
                        mounted says `routes!`: `routes! { \"/chat\" => Chat }`";

fn unknown(name: &Ident) -> syn::Error {
    let known = ["shared", "per_connection", "crate"].into_iter().chain(options::names());
    let hint = did_you_mean(&name.to_string(), known.clone());
    let known = known.collect::<Vec<_>>().join(", ");
    syn::Error::new(name.span(), format!("there is no option `{name}`{hint} The options: {known}"))
}

/// What stands behind an argument's name.
pub(super) enum Value {
    None,
    /// `= …`
    Expr(Expr),
    /// `(…, …)`
    List(Vec<Expr>, token::Paren),
}

impl Value {
    /// Where it begins.
    pub(super) fn span(&self) -> Option<Span> {
        match self {
            Self::None => None,
            Self::Expr(expr) => Some(start(&expr.to_token_stream())),
            Self::List(_, paren) => Some(paren.span.open()),
        }
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(token::Paren) {
            let content;
            let paren = syn::parenthesized!(content in input);
            let list = content.parse_terminated(parse_value, Token![,])?;
            return Ok(Self::List(list.into_iter().collect(), paren));
        }
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Ok(Self::None);
        }
        parse_value(input).map(Self::Expr)
    }
}

/// An expression; `crate` alone, a path but no expression, is taken as well.
fn parse_value(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error("a value is missing here"));
    }
    input.parse()
}

/// A path, or as serde has it, a path in a string.
fn crate_path(name: &Ident, value: Value) -> syn::Result<Path> {
    match value {
        Value::Expr(Expr::Path(path)) if path.qself.is_none() => Ok(path.path),
        Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text.parse_with(Path::parse_mod_style),
        Value::Expr(other) => Err(syn::Error::new_spanned(other.to_token_stream(), CRATE)),
        _ => Err(syn::Error::new(name.span(), CRATE)),
    }
}

const CRATE: &str = "`crate` is the path under which `wsrack` is known here: `crate = my_framework::wsrack`";

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
