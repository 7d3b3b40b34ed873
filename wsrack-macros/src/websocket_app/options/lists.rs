//! The options whose value is a list: `protocols`, `origins`, `trusted_proxies` and `drafts`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprArray, ExprLit, Ident, Lit, LitStr};

use super::super::arguments::Value;
use super::super::tokens::start;
use super::nets;
use super::setting::{Read, Setter};

/// `["chat.v2", "chat.v1"]`, `"chat.v2, chat.v1"`, or a const expression.
pub(super) fn protocols(value: Value) -> Read<Setter> {
    let names = match words(value)? {
        Words::List(names) => names,
        Words::Const(expr) => return Ok(Setter::Expr(expr)),
    };
    for (place, name) in names.iter().enumerate() {
        let text = name.value();
        if !is_token(&text) {
            return Err(Error::new(
                name.span(),
                format!("{text:?} is not a name; use letters, digits and !#$%&'*+-.^_`|~"),
            ));
        }
        if names[..place].iter().any(|other| other.value() == text) {
            return Err(Error::new(name.span(), format!("{text:?} stands in the list twice")));
        }
    }
    Ok(Setter::Protocols(names))
}

/// `same`, `any`, `["same", "https://*.example.com"]`, the same as one string, or a const expression.
pub(super) fn origins(value: Value) -> Read<Setter> {
    let value = match value {
        Value::Expr(Expr::Path(path)) if path.path.is_ident("any") || path.path.is_ident("same") => {
            let word = path.path.require_ident()?;
            Value::Expr(string(&word.to_string(), word.span()))
        }
        other => other,
    };
    let patterns = match words(value)? {
        Words::List(patterns) => patterns,
        Words::Const(expr) => return Ok(Setter::Expr(expr)),
    };
    if let [only] = &*patterns
        && only.value() == "any"
    {
        return Ok(Setter::Origins(None));
    }
    for pattern in &patterns {
        if let Some(problem) = origin_problem(&pattern.value()) {
            return Err(Error::new(pattern.span(), problem));
        }
    }
    Ok(Setter::Origins(Some(patterns)))
}

/// `none`, `unix`, `["127.0.0.1", "10.0.0.0/8"]`, the same as one string, or a const expression.
pub(super) fn proxies(value: Value) -> Read<Setter> {
    let value = match value {
        Value::Expr(Expr::Path(path)) if path.path.is_ident("none") || path.path.is_ident("unix") => {
            let word = path.path.require_ident()?;
            Value::Expr(string(&word.to_string(), word.span()))
        }
        other => other,
    };
    let entries = match words(value)? {
        Words::List(entries) => entries,
        Words::Const(expr) => return Ok(Setter::Expr(expr)),
    };
    if let [only] = &*entries
        && only.value() == "none"
    {
        return Ok(Setter::Proxies(Vec::new()));
    }
    for entry in entries.iter().filter(|entry| entry.value().trim() != "unix") {
        nets::net(&entry.value()).map_err(|problem| Error::new(entry.span(), problem))?;
    }
    Ok(Setter::Proxies(entries))
}

/// `[13, 8, "hixie-76"]`, the same as one string, `"all"`, or a const expression.
pub(super) fn drafts(value: Value) -> Read<Setter> {
    let names = match words(value)? {
        Words::List(names) => names,
        Words::Const(expr) => return Ok(Setter::Expr(expr)),
    };
    if let [all] = &names[..]
        && all.value() == "all"
    {
        let variants = DRAFTS.map(|(_, _, variant)| Ident::new(variant, all.span()));
        return Ok(Setter::Drafts(variants.into()));
    }
    let variant = |name: &LitStr| {
        let text = name.value();
        let found = DRAFTS.iter().find(|(draft, version, _)| *draft == text || *version == Some(&*text));
        found.map(|(_, _, variant)| Ident::new(variant, name.span())).ok_or_else(|| {
            let known = DRAFTS.map(|(draft, version, _)| version.unwrap_or(draft)).join(", ");
            Error::new(name.span(), format!("{text} is no draft; the drafts: {known}"))
        })
    };
    Ok(Setter::Drafts(names.iter().map(variant).collect::<Read<_>>()?))
}

/// Name, version number, variant of `Draft`.
const DRAFTS: [(&str, Option<&str>, &str); 11] = [
    ("rfc6455", Some("13"), "Rfc6455"),
    ("hybi-08", Some("8"), "Hybi08"),
    ("hybi-07", Some("7"), "Hybi07"),
    ("hybi-06", Some("6"), "Hybi06"),
    ("hybi-05", Some("5"), "Hybi05"),
    ("hybi-04", Some("4"), "Hybi04"),
    ("hybi-03", None, "Hybi03"),
    ("hybi-02", None, "Hybi02"),
    ("hybi-01", None, "Hybi01"),
    ("hixie-76", None, "Hixie76"),
    ("hixie-75", None, "Hixie75"),
];

enum Words {
    List(Vec<LitStr>),
    Const(TokenStream),
}

/// The words of a list however it is written; integers count as words. With an item that is no literal it is an
/// expression like any other.
fn words(value: Value) -> Read<Words> {
    let (items, span) = match value {
        Value::List(items, paren) => (items, paren.span.join()),
        Value::Expr(Expr::Array(ExprArray { elems, bracket_token, .. })) => {
            (elems.into_iter().collect(), bracket_token.span.join())
        }
        Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
            let words = text.value();
            let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
            (words.map(|word| string(word, text.span())).collect(), text.span())
        }
        Value::Expr(single @ Expr::Lit(_)) => {
            let span = start(&single.to_token_stream());
            (vec![single], span)
        }
        Value::Expr(expr) => return Ok(Words::Const(expr.to_token_stream())),
        Value::None => (Vec::new(), Span::call_site()),
    };
    if items.is_empty() {
        return Err(Error::new(span, "the list is empty"));
    }
    Ok(match items.iter().map(word).collect::<Option<_>>() {
        Some(words) => Words::List(words),
        None => Words::Const(quote!([#(#items),*])),
    })
}

fn word(item: &Expr) -> Option<LitStr> {
    match item {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            Some(LitStr::new(number.base10_digits(), number.span()))
        }
        _ => None,
    }
}

fn string(text: &str, span: Span) -> Expr {
    Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(LitStr::new(text, span)) })
}

/// A token of RFC 9110, 5.6.2: what may name a subprotocol.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// What is wrong with an entry of `origins`: the rules and the words of `Origins::list`.
fn origin_problem(text: &str) -> Option<&'static str> {
    match text {
        "same" => return None,
        "any" | "*" => return Some("`any` stands alone, not in a list"),
        "null" => {
            return Some(
                "`null` stands for every sandboxed page and local file; let them in with `any`, or not at all",
            );
        }
        _ => {}
    }
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
        return Some("an origin starts with its scheme: `https://example.com`");
    };
    if scheme.eq_ignore_ascii_case("ws") || scheme.eq_ignore_ascii_case("wss") {
        return Some("an origin is that of the page, so its scheme is http or https, not ws or wss");
    }
    if rest.contains('/') {
        return Some("an origin has no path, not even a slash at its end: `https://example.com`");
    }
    authority_problem(rest)
}

fn authority_problem(text: &str) -> Option<&'static str> {
    const HOST: &str = "the host is not a name or an address: `https://example.com`, `http://[::1]:3000`";
    const PORT: &str = "the port is a number up to 65535, or `*`: `https://example.com:8443`";
    let name_end = match text.find(']') {
        Some(bracket) if text.starts_with('[') => bracket + 1,
        _ => text.find(':').unwrap_or(text.len()),
    };
    let (host, port) = text.split_at(name_end);
    match port.strip_prefix(':') {
        None if port.is_empty() => {}
        None => return Some(HOST),
        Some("*") => {}
        Some(port) if !port.starts_with('+') && port.parse::<u16>().is_ok() => {}
        Some(_) => return Some(PORT),
    }
    let host = host.strip_prefix("*.").unwrap_or(host);
    if host.contains('*') {
        return Some("a `*` stands for subdomains in front, or for the port: `https://*.example.com:*`");
    }
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    };
    (!is_host).then_some(HOST)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}
