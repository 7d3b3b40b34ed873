//! The option `compression`: `shared` or `dedicated`, and settings.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprAssign, ExprLit, Ident, Lit, LitInt, LitStr};

use super::super::arguments::Value;
use super::setting::{Read, Setter};
use super::units;

/// A call of `Compression::shared` or `dedicated`, and of the methods for its settings.
pub(super) struct Calls {
    mode: Ident,
    settings: Vec<(Ident, TokenStream)>,
}

/// Nothing, a word, `shared, level = 3` in parentheses, `"shared, level=3"`, or a const expression.
pub(super) fn compression(name: &Ident, value: Value) -> Read<Setter> {
    let calls = match value {
        Value::None => Some(Calls { mode: Ident::new("shared", name.span()), settings: Vec::new() }),
        Value::List(items, paren) => Some(list(items, paren.span.join())?),
        Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => words(&text)?,
        Value::Expr(Expr::Path(path)) if path.path.get_ident().is_some_and(|word| *word == "off") => None,
        Value::Expr(expr) => match mode(&expr) {
            Some(mode) => Some(Calls { mode, settings: Vec::new() }),
            None if matches!(expr, Expr::Lit(_)) => return Err(Error::new_spanned(expr, MODE)),
            None => return Ok(Setter::Expr(expr.to_token_stream())),
        },
    };
    Ok(Setter::Compression(calls))
}

impl Calls {
    pub(super) fn tokens(&self, private: &Ident) -> TokenStream {
        let mode = &self.mode;
        let settings = self.settings.iter().map(|(name, value)| quote!(.#name(#value)));
        quote!(#private::Compression::#mode()#(#settings)*)
    }

    fn set(&mut self, name: Ident, value: TokenStream) -> Read<()> {
        if self.settings.iter().any(|(known, _)| *known == name) {
            return Err(Error::new(name.span(), format!("`{name}` stands there twice")));
        }
        self.settings.push((name, value));
        Ok(())
    }
}

fn list(items: Vec<Expr>, span: Span) -> Read<Calls> {
    let mut items = items.into_iter();
    let first = items.next().ok_or_else(|| Error::new(span, MODE))?;
    let mode = mode(&first).ok_or_else(|| Error::new_spanned(&first, MODE))?;
    let mut calls = Calls { mode, settings: Vec::new() };
    for item in items {
        let Expr::Assign(ExprAssign { left, right, .. }) = item else {
            return Err(Error::new_spanned(item, SETTING));
        };
        let name: Ident = match &*left {
            Expr::Path(path) => path.path.require_ident()?.clone(),
            other => return Err(Error::new_spanned(other, SETTING)),
        };
        let value = match &*right {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => setting(&name, &text.value(), text.span())?,
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                setting(&name, number.base10_digits(), number.span())?
            }
            expr => {
                kind(&name)?;
                expr.to_token_stream()
            }
        };
        calls.set(name, value)?;
    }
    Ok(calls)
}

fn words(text: &LitStr) -> Read<Option<Calls>> {
    let value = text.value();
    let mut parts = value.split(',').map(str::trim);
    let mode = match parts.next() {
        Some("off") if !value.contains(',') => return Ok(None),
        Some("shared" | "on") => "shared",
        Some("dedicated") => "dedicated",
        _ => return Err(Error::new(text.span(), MODE)),
    };
    let mut calls = Calls { mode: Ident::new(mode, text.span()), settings: Vec::new() };
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name: Ident =
            syn::parse_str(&name.trim().replace('-', "_")).map_err(|_| Error::new(text.span(), SETTING))?;
        let name = Ident::new(&name.to_string(), text.span());
        let value = setting(&name, value.trim(), text.span())?;
        calls.set(name, value)?;
    }
    Ok(Some(calls))
}

fn mode(expr: &Expr) -> Option<Ident> {
    let Expr::Path(path) = expr else { return None };
    path.path.get_ident().filter(|word| *word == "shared" || *word == "dedicated").cloned()
}

enum Kind {
    Level,
    Size,
    Window,
}

fn kind(name: &Ident) -> Read<Kind> {
    match name.to_string().as_str() {
        "level" => Ok(Kind::Level),
        "min_size" => Ok(Kind::Size),
        "server_max_window_bits" | "client_max_window_bits" => Ok(Kind::Window),
        other => {
            let settings = "level, min_size, server_max_window_bits and client_max_window_bits";
            Err(Error::new(name.span(), format!("there is no setting `{other}`; there are {settings}")))
        }
    }
}

/// A setting's value as a number.
fn setting(name: &Ident, value: &str, span: Span) -> Read<TokenStream> {
    let within = |range: std::ops::RangeInclusive<u8>, problem: &'static str| {
        value.parse::<u8>().ok().filter(|number| range.contains(number)).map(u64::from).ok_or(problem)
    };
    let number = match kind(name)? {
        Kind::Level => within(1..=9, LEVEL),
        Kind::Size => units::size(value),
        Kind::Window => within(9..=15, WINDOW),
    };
    let number = number.map_err(|problem| Error::new(span, problem))?;
    Ok(LitInt::new(&number.to_string(), span).into_token_stream())
}

// The words are those of `Options::set`.
const MODE: &str =
    "write `off`, `shared` or `dedicated`, with settings behind commas: `shared, level=3, min_size=256 B`";
const LEVEL: &str = "a level is 1 (fast) to 9 (small): `level=3`";
const WINDOW: &str = "a window is 9 (512 bytes) to 15 (32 KiB): `server_max_window_bits=12`";
const SETTING: &str =
    "a setting is a name and a value: `compression(shared, level = 3, min_size = \"256 B\")`";
