//! One option with its value.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprLit, Ident, Lit, LitStr};

use super::super::arguments::Value;
use super::{Kind, compression, lists, units};

/// An option that is set, with a value that makes sense by itself.
pub(in super::super) struct Setting {
    pub(in super::super) name: Ident,
    span: Span,
    value: Setter,
}

/// What the method of `Options` is given.
pub(super) enum Setter {
    /// A const expression, or a literal that stands for itself.
    Expr(TokenStream),
    Time(Option<Duration>),
    Rate(u32, Duration),
    /// "off" of a limit.
    NoLimit,
    NoRate,
    /// A variant of `SlowClient`.
    SlowClient(Ident),
    /// `None` stands for off.
    Compression(Option<compression::Calls>),
    Protocols(Vec<LitStr>),
    /// `None` stands for any.
    Origins(Option<Vec<LitStr>>),
    Proxies(Vec<LitStr>),
    /// Variants of `Draft`.
    Drafts(Vec<Ident>),
}

/// What is wrong with a value, and where.
pub(super) type Read<T> = syn::Result<T>;

impl Setting {
    /// Reads `name = value` or `name(value, …)`.
    pub(in super::super) fn read(name: Ident, kind: Kind, value: Value) -> Read<Self> {
        let span = value.span().unwrap_or_else(|| name.span());
        let setter = match (kind, value) {
            (Kind::Switch, Value::None) => Setter::Expr(quote!(true)),
            (Kind::Compression, value) => compression::compression(&name, value)?,
            (_, Value::None) => {
                let message = format!("`{name}` needs a value: `{name} = {}`", example(kind));
                return Err(syn::Error::new(name.span(), message));
            }
            (Kind::Protocols, value) => lists::protocols(value)?,
            (Kind::Origins, value) => lists::origins(value)?,
            (Kind::Proxies, value) => lists::proxies(value)?,
            (Kind::Drafts, value) => lists::drafts(value)?,
            (_, Value::List(..)) => {
                let message = format!("`{name}` has one value: `{name} = {}`", example(kind));
                return Err(syn::Error::new(name.span(), message));
            }
            (_, Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) => {
                Setter::from_text(kind, &text).map_err(|problem| syn::Error::new(text.span(), problem))?
            }
            (_, Value::Expr(expr)) => Setter::from_expr(kind, &expr)?,
        };
        Ok(Self { name, span, value: setter })
    }

    /// `.max_message_size(1_048_576)`
    pub(in super::super) fn call(&self, private: &Ident) -> TokenStream {
        let (name, span) = (&self.name, self.span);
        let time = |time: &Duration| {
            let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            quote!(#private::Duration::from_millis(#millis))
        };
        let value = match &self.value {
            Setter::Expr(expr) => expr.clone(),
            Setter::Time(Some(value)) => time(value),
            Setter::Time(None) => quote!(#private::Option::<#private::Duration>::None),
            Setter::Rate(messages, per) => {
                let per = time(per);
                quote!(#private::Rate::new(#messages, #per))
            }
            Setter::NoLimit => quote!(#private::Option::<usize>::None),
            Setter::NoRate => quote!(#private::Option::<#private::Rate>::None),
            Setter::SlowClient(variant) => quote!(#private::SlowClient::#variant),
            Setter::Compression(None) => quote!(#private::Option::<#private::Compression>::None),
            Setter::Compression(Some(calls)) => calls.tokens(private),
            Setter::Protocols(names) => quote!([#(#names),*]),
            Setter::Origins(None) => quote!(#private::Origins::any()),
            Setter::Origins(Some(patterns)) => quote!(#private::origins(&[#(#patterns),*])),
            Setter::Proxies(entries) => quote!(#private::trusted_proxies(&[#(#entries),*])),
            Setter::Drafts(variants) => quote!([#(#private::Draft::#variants),*]),
        };
        quote_spanned!(span=> .#name(#value))
    }
}

impl Setter {
    fn from_text(kind: Kind, text: &LitStr) -> Result<Self, String> {
        let value = text.value();
        let (value, span) = (value.trim(), text.span());
        let number = |number: u64| {
            let literal = syn::LitInt::new(&number.to_string(), span);
            Self::Expr(literal.into_token_stream())
        };
        Ok(match kind {
            Kind::Switch => {
                let on = units::switch(value)?;
                Self::Expr(quote_spanned!(span=> #on))
            }
            Kind::Size => number(not_zero(units::size(value)?, "nothing would fit; the least is 1 B")?),
            Kind::Count => number(not_zero(count(value)?, "no message would fit; the least is 1")?),
            Kind::Time => match units::duration(value)? {
                Some(time) if time.is_zero() => return Err("0 is no time; `off` switches it off".into()),
                Some(time) if time > LONGEST => return Err("more than 24 days; `off` switches it off".into()),
                time => Self::Time(time),
            },
            Kind::Limit if value == "off" => Self::NoLimit,
            Kind::Limit => {
                number(not_zero(count(value)?, "nobody could connect; `off` takes the limit away")?)
            }
            Kind::Rate if value == "off" => Self::NoRate,
            Kind::Rate => {
                let (messages, per) = units::rate(value)?;
                not_zero(messages.into(), "no message could come; `off` takes the limit away")?;
                Self::Rate(messages, per)
            }
            _ => Self::slow_client(value, span)?,
        })
    }

    fn from_expr(kind: Kind, expr: &Expr) -> Read<Self> {
        match (kind, expr) {
            (Kind::SlowClient, Expr::Path(path)) if path.path.get_ident().is_some() => {
                let name = path.path.to_token_stream().to_string();
                let is_word = name.chars().all(|letter| letter.is_ascii_lowercase());
                if is_word {
                    return Self::slow_client(&name, Span::call_site())
                        .map_err(|problem| syn::Error::new_spanned(expr, problem));
                }
            }
            (Kind::Time, Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => {
                let message =
                    format!("a time needs a unit: `\"{number}s\"`, or a constant of the type `Duration`");
                return Err(syn::Error::new(number.span(), message));
            }
            (Kind::Rate, Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => {
                let message =
                    format!("a rate needs a time: `\"{number}/s\"`, or a constant of the type `Rate`");
                return Err(syn::Error::new(number.span(), message));
            }
            (Kind::Size | Kind::Count | Kind::Limit, Expr::Lit(ExprLit { lit: Lit::Int(number), .. }))
                if number.base10_digits() == "0" =>
            {
                return Err(syn::Error::new(number.span(), "0 lets nothing through; the least is 1"));
            }
            _ => {}
        }
        Ok(Self::Expr(expr.to_token_stream()))
    }

    fn slow_client(value: &str, span: Span) -> Result<Self, String> {
        match value {
            "close" => Ok(Self::SlowClient(Ident::new("Close", span))),
            "drop" => Ok(Self::SlowClient(Ident::new("Drop", span))),
            _ => Err("write `close` or `drop`".into()),
        }
    }
}

const LONGEST: Duration = Duration::from_hours(24 * 24);

fn count(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "not a count; write a whole number: `4096`")
}

fn not_zero(number: u64, problem: &str) -> Result<u64, String> {
    if number == 0 { Err(format!("with 0 {problem}")) } else { Ok(number) }
}

fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Switch => "true",
        Kind::Size => "\"1 MiB\"",
        Kind::Count => "4096",
        Kind::Time => "\"25s\"",
        Kind::Limit => "1000",
        Kind::Rate => "\"100/s\"",
        Kind::SlowClient => "close",
        Kind::Compression => "shared",
        Kind::Protocols => "[\"chat.v1\"]",
        Kind::Origins => "\"https://example.com\"",
        Kind::Proxies => "[\"127.0.0.1\", \"10.0.0.0/8\"]",
        Kind::Drafts => "[13, 8, 7]",
    }
}
