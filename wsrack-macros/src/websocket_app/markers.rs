//! The attributes of a method: which markers it carries and under which conditions. Markers are taken away.

use std::time::Duration;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Path, Token};

use super::options::units;
use super::tokens::{find, start};
use crate::diagnostics::{Errors, did_you_mean, nearest};
use crate::names::{Marker, our_name};

/// What the attributes of a method say.
#[derive(Default)]
pub(super) struct Markers {
    pub(super) roles: Vec<Marked>,
    /// The predicates of `#[cfg(…)]` under which the method stands.
    pub(super) cfg: Vec<TokenStream>,
    /// Lints to switch off in the code that calls the method as well.
    pub(super) lints: Vec<TokenStream>,
}

/// One marker.
pub(super) struct Marked {
    pub(super) role: Role,
    /// The predicates of the `cfg_attr`s in which it stands.
    pub(super) cfg: Vec<TokenStream>,
}

impl Marked {
    /// Whether a method that has one of them does not need the other. Several events, and several periods, are no
    /// mistake.
    fn says_the_same(&self, other: &Self) -> bool {
        let is_certain = self.cfg.is_empty() && other.cfg.is_empty();
        is_certain
            && match (&self.role, &other.role) {
                (Role::Every(_), _) => false,
                (Role::Message { event: one, .. }, Role::Message { event: two, .. }) => {
                    one.as_ref().map(LitStr::value) == two.as_ref().map(LitStr::value)
                }
                (one, two) => one.marker() == two.marker(),
            }
    }
}

/// A marker and what its arguments say.
#[derive(Clone)]
pub(super) enum Role {
    Start,
    Upgrade,
    Open,
    Message { event: Option<LitStr>, run: Run },
    Notify,
    Every(Period),
    Error,
    Close,
    Stop,
}

/// The argument of `#[every]`.
#[derive(Clone)]
pub(super) enum Period {
    Fixed(Duration),
    /// An expression of the type `Duration`.
    Const(TokenStream),
}

/// How a message handler is run.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) blocking: bool,
    pub(super) boxed: bool,
}

impl Role {
    pub(super) fn marker(&self) -> Marker {
        match self {
            Self::Start => Marker::Start,
            Self::Upgrade => Marker::Upgrade,
            Self::Open => Marker::Open,
            Self::Message { .. } => Marker::Message,
            Self::Notify => Marker::Notify,
            Self::Every(_) => Marker::Every,
            Self::Error => Marker::Error,
            Self::Close => Marker::Close,
            Self::Stop => Marker::Stop,
        }
    }
}

impl Markers {
    /// Takes the markers out of `attrs`; `krate` is the path of `wsrack` where it has another.
    pub(super) fn take(attrs: &mut Vec<Attribute>, krate: Option<&Path>, errors: &mut Errors) -> Self {
        let mut found = Self::default();
        attrs.retain_mut(|attr| match found.visit(&attr.meta, &[], krate, errors) {
            Visit::Keep => true,
            Visit::Take => false,
            Visit::Replace(meta) => {
                attr.meta = *meta;
                true
            }
        });
        found
    }

    fn visit(
        &mut self,
        meta: &Meta,
        within: &[TokenStream],
        krate: Option<&Path>,
        errors: &mut Errors,
    ) -> Visit {
        let Some(name) = our_name(meta.path(), krate) else { return Visit::Keep };
        let is_qualified = meta.path().segments.len() > 1;
        if let Some(marker) = Marker::from_name(&name) {
            if let Some(role) = role(marker, meta, errors) {
                let marked = Marked { role, cfg: within.to_vec() };
                if self.roles.iter().any(|other| other.says_the_same(&marked)) {
                    errors.on(meta, format_args!("{marker} stands on this method twice: leave one away"));
                } else {
                    self.roles.push(marked);
                }
            }
            return Visit::Take;
        }
        match (name.as_str(), meta) {
            ("cfg_attr", Meta::List(list)) if !is_qualified => {
                return self.visit_cfg_attr(meta.path(), &list.tokens, within, krate, errors);
            }
            ("cfg", Meta::List(list)) if !is_qualified => {
                let predicate = &list.tokens;
                self.cfg.push(if within.is_empty() {
                    predicate.clone()
                } else {
                    quote!(any(not(all(#(#within),*)), #predicate))
                });
            }
            ("allow" | "expect", Meta::List(list)) if !is_qualified => {
                let lints = &list.tokens;
                self.lints.push(if within.is_empty() {
                    quote!(#[allow(#lints)])
                } else {
                    quote!(#[cfg_attr(all(#(#within),*), allow(#lints))])
                });
            }
            _ => return misspelt(&name, is_qualified, meta, errors),
        }
        Visit::Keep
    }

    fn visit_cfg_attr(
        &mut self,
        path: &Path,
        tokens: &TokenStream,
        within: &[TokenStream],
        krate: Option<&Path>,
        errors: &mut Errors,
    ) -> Visit {
        let mut parts = split_commas(tokens).into_iter();
        let Some(predicate) = parts.next() else { return Visit::Keep };
        let within = [within, std::slice::from_ref(&predicate)].concat();
        let (mut kept, mut changed) = (Vec::new(), false);
        for part in parts {
            let Ok(meta) = syn::parse2::<Meta>(part.clone()) else {
                kept.push(part);
                continue;
            };
            match self.visit(&meta, &within, krate, errors) {
                Visit::Keep => kept.push(part),
                Visit::Take => changed = true,
                Visit::Replace(meta) => {
                    changed = true;
                    kept.push(meta.into_token_stream());
                }
            }
        }
        match (changed, kept.is_empty()) {
            (false, _) => Visit::Keep,
            (true, true) => Visit::Take,
            (true, false) => match syn::parse2(quote!(#path(#predicate, #(#kept),*))) {
                Ok(meta) => Visit::Replace(Box::new(meta)),
                Err(_) => Visit::Keep,
            },
        }
    }
}

/// What becomes of an attribute.
enum Visit {
    Keep,
    Take,
    Replace(Box<Meta>),
}

/// An attribute that is not known here; one that looks like a marker is a mistake, for it would do nothing.
fn misspelt(name: &str, is_qualified: bool, meta: &Meta, errors: &mut Errors) -> Visit {
    let known = Marker::ALL.map(Marker::name);
    if name == "websocket_app" {
        errors.on(meta.path(), "`#[websocket_app]` belongs on the `impl` block, not on a method in it");
    } else if is_qualified || nearest(name, known).is_some() {
        let hint = did_you_mean(name, known);
        errors.on(
            meta.path(),
            format_args!("there is no marker `#[{name}]`{hint} The markers: {}", known.join(", ")),
        );
    } else {
        return Visit::Keep;
    }
    Visit::Take
}

fn role(marker: Marker, meta: &Meta, errors: &mut Errors) -> Option<Role> {
    Some(match marker {
        Marker::Message => return errors.keep(message_role(meta)),
        Marker::Every => return errors.keep(every_role(meta)),
        _ if !matches!(meta, Meta::Path(_)) => {
            errors.on(meta, format_args!("{marker} takes no arguments"));
            return None;
        }
        Marker::Start => Role::Start,
        Marker::Upgrade => Role::Upgrade,
        Marker::Open => Role::Open,
        Marker::Notify => Role::Notify,
        Marker::Error => Role::Error,
        Marker::Close => Role::Close,
        Marker::Stop => Role::Stop,
    })
}

const MESSAGE_ARGUMENTS: &str =
    "`#[on_message]` takes `event = \"name\"`, `blocking` and `boxed`: `#[on_message(event = \"join\")]`";

fn message_role(meta: &Meta) -> syn::Result<Role> {
    let mut event = None;
    let mut run = Run::default();
    match meta {
        Meta::Path(_) => {}
        Meta::NameValue(_) => return Err(syn::Error::new_spanned(meta, MESSAGE_ARGUMENTS)),
        // A name without `event =` is what other frameworks take, and syn would only say that it is no identifier.
        Meta::List(list) if is_literal(&list.tokens) => {
            return Err(syn::Error::new(start(&list.tokens), MESSAGE_ARGUMENTS));
        }
        Meta::List(list) => list.parse_nested_meta(|argument| {
            if argument.path.is_ident("event") {
                if event.is_some() {
                    return Err(
                        argument.error("`event` stands there twice: for two events write the marker twice")
                    );
                }
                let name = argument.value().and_then(syn::parse::ParseBuffer::parse::<LitStr>);
                event = Some(name.map_err(|error| {
                    syn::Error::new(error.span(), "an event's name is a string: `event = \"join\"`")
                })?);
            } else if argument.path.is_ident("blocking") {
                run.blocking = alone(&argument)?;
            } else if argument.path.is_ident("boxed") {
                run.boxed = alone(&argument)?;
            } else {
                let name = argument.path.to_token_stream().to_string();
                let hint = did_you_mean(&name, ["event", "blocking", "boxed"]);
                return Err(
                    argument.error(format!("there is no argument `{name}`{hint} {MESSAGE_ARGUMENTS}"))
                );
            }
            Ok(())
        })?,
    }
    Ok(Role::Message { event, run })
}

/// `true`, for an argument that has no value.
fn alone(argument: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if argument.input.is_empty() || argument.input.peek(Token![,]) {
        return Ok(true);
    }
    let name = argument.path.to_token_stream();
    Err(argument.error(format_args!("`{name}` stands alone: `#[on_message({name})]`")))
}

const EVERY_ARGUMENT: &str =
    "`#[every]` needs its period: `#[every(\"5s\")]`, or a constant of the type `Duration`";

fn every_role(meta: &Meta) -> syn::Result<Role> {
    let Meta::List(list) = meta else { return Err(syn::Error::new_spanned(meta, EVERY_ARGUMENT)) };
    if list.tokens.is_empty() {
        return Err(syn::Error::new_spanned(meta, EVERY_ARGUMENT));
    }
    if let Ok(Lit::Int(_) | Lit::Float(_)) = syn::parse2(list.tokens.clone()) {
        return Err(syn::Error::new(start(&list.tokens), "a time needs a unit: `#[every(\"5s\")]`"));
    }
    let Ok(text) = syn::parse2::<LitStr>(list.tokens.clone()) else {
        let period = list.parse_args::<Expr>()?;
        if matches!(period, Expr::Assign(_)) {
            return Err(syn::Error::new(start(&list.tokens), EVERY_ARGUMENT));
        }
        if let Some(receiver) = find(&list.tokens, "self") {
            return Err(syn::Error::new(
                receiver,
                "a period is a constant: for one that is known later, let `ws.spawn` run a loop with `tokio::time::interval`",
            ));
        }
        return Ok(Role::Every(Period::Const(period.into_token_stream())));
    };
    match units::duration(&text.value()) {
        Ok(Some(period)) if !period.is_zero() => Ok(Role::Every(Period::Fixed(period))),
        Ok(_) => Err(syn::Error::new(text.span(), "a period is longer than zero: `#[every(\"5s\")]`")),
        Err(problem) => Err(syn::Error::new(text.span(), problem)),
    }
}

fn is_literal(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Literal(_)))
}

/// The parts between the commas.
fn split_commas(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens.clone() {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
