//! A method's signature as a handler: what the macro needs to call it. The rest is for traits to judge.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, GenericParam, Ident, PatType, PathArguments, Receiver, ReceiverKind, ReturnType,
    Safety, Signature, Type,
};

use super::tokens::{Outside, find, start};
use crate::diagnostics::Errors;
use crate::names::Marker;

/// A method that handles something.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) ident: Ident,
    /// The predicates under which it is a handler.
    pub(super) cfg: Vec<TokenStream>,
    /// Attributes that switch off lints where it is called.
    pub(super) lints: Vec<TokenStream>,
    pub(super) receiver: SelfParam,
    pub(super) is_async: bool,
    pub(super) params: Vec<Param>,
    /// Where the return type stands; `None` where there is none.
    pub(super) output: Option<Span>,
    /// Whether it returns something borrowed; `#[on_upgrade]` may in its refusal.
    pub(super) borrows: Option<Span>,
}

/// `&self` or `&mut self`.
#[derive(Clone, Copy)]
pub(super) struct SelfParam {
    pub(super) is_mut: bool,
    pub(super) span: Span,
}

/// A parameter's type, as it can be written outside the method: without `Self` and the method's lifetimes.
#[derive(Clone)]
pub(super) struct Param {
    pub(super) ty: TokenStream,
    pub(super) span: Span,
}

impl Handler {
    /// The parameters before the last one, and that.
    pub(super) fn split_last(&self) -> (&[Param], Option<&Param>) {
        match self.params.split_last() {
            Some((last, others)) => (others, Some(last)),
            None => (&[], None),
        }
    }

    /// Reads the signature of a method marked `marker`; `None` where it is not one of a handler's.
    pub(super) fn new(marker: Marker, sig: &Signature, self_ty: &Type, errors: &mut Errors) -> Option<Self> {
        let mut own = Errors::default();
        check_qualifiers(sig, &mut own);
        check_generics(sig, &mut own);
        let receiver = receiver(marker, sig, &mut own);
        let outside = Outside {
            self_ty,
            lifetimes: sig.generics.lifetimes().map(|it| it.lifetime.ident.clone()).collect(),
        };
        let params = typed(sig).filter_map(|param| self::param(&outside, param, &mut own)).collect();
        let (output, borrows) = match &sig.output {
            ReturnType::Default => (None, None),
            ReturnType::Type(_, ty) => {
                let kept = if marker == Marker::Upgrade { ok_of(ty) } else { ty };
                (Some(ty.span()), outside.borrows(kept.to_token_stream()))
            }
        };
        if !own.is_empty() {
            errors.append(own);
            return None;
        }
        Some(Self {
            ident: sig.ident.clone(),
            cfg: Vec::new(),
            lints: Vec::new(),
            receiver: receiver?,
            is_async: sig.asyncness.is_some(),
            params,
            output,
            borrows,
        })
    }
}

/// The `T` of a `Result<T, E>`, or all of another type.
fn ok_of(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    let arguments =
        path.path.segments.last().filter(|last| last.ident == "Result").map(|last| &last.arguments);
    match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first() {
            Some(GenericArgument::Type(ok)) => ok,
            _ => ty,
        },
        _ => ty,
    }
}

fn typed(sig: &Signature) -> impl Iterator<Item = &PatType> {
    sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(param),
        FnArg::Receiver(_) => None,
    })
}

fn check_qualifiers(sig: &Signature, errors: &mut Errors) {
    let mut wrong = |tokens: &dyn ToTokens, what: &str| {
        let message = format!("a handler is a plain `fn` or `async fn`, not {what}");
        errors.on(tokens.to_token_stream(), message);
    };
    if let Some(constness) = &sig.constness {
        wrong(constness, "`const`");
    }
    if let Safety::Unsafe(unsafety) = &sig.safety {
        wrong(unsafety, "`unsafe`: the connection that calls it promises nothing");
    }
    if let Some(abi) = &sig.abi {
        wrong(abi, "`extern`");
    }
    if let Some(variadic) = &sig.variadic {
        wrong(&variadic.dots, "variadic");
    }
}

fn check_generics(sig: &Signature, errors: &mut Errors) {
    for param in &sig.generics.params {
        let (name, what) = match param {
            GenericParam::Type(param) => (&param.ident, "type"),
            GenericParam::Const(param) => (&param.ident, "const"),
            GenericParam::Lifetime(_) => continue,
        };
        errors.on(
            name,
            format_args!(
                "a handler has no {what} parameters, for nobody would choose `{name}`: write the type, or put the \
                 parameter on the `impl` block"
            ),
        );
    }
}

fn receiver(marker: Marker, sig: &Signature, errors: &mut Errors) -> Option<SelfParam> {
    let Some(FnArg::Receiver(receiver)) = sig.inputs.first() else {
        let (asyncness, ident) = (if sig.asyncness.is_some() { "async " } else { "" }, &sig.ident);
        let receiver = if marker == Marker::Start { "&mut self" } else { "&self" };
        errors.on(
            ident,
            format_args!(
                "a handler takes `&self` or `&mut self`, and `{ident}` does not: `{asyncness}fn {ident}({receiver}, …)`"
            ),
        );
        return None;
    };
    let Some(is_mut) = is_mut(receiver) else {
        errors.on(
            receiver,
            "a handler takes `&self` or `&mut self`, for the application is needed again after it",
        );
        return None;
    };
    if marker == Marker::Stop && is_mut {
        errors.on(
            receiver,
            "`#[on_stop]` takes `&self`: the application is shared until its last connection is gone",
        );
        return None;
    }
    Some(SelfParam { is_mut, span: receiver.self_token.span() })
}

/// Whether it is `&mut self`, however that is written; `None` for neither `&self` nor `&mut self`.
fn is_mut(receiver: &Receiver) -> Option<bool> {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => Some(mutability.is_some()),
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(reference) if reference.elem.to_token_stream().to_string() == "Self" => {
                Some(reference.mutability.is_some())
            }
            _ => None,
        },
        _ => None,
    }
}

fn param(outside: &Outside<'_>, param: &PatType, errors: &mut Errors) -> Option<Param> {
    if let Some(attr) =
        param.attrs.iter().find(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
    {
        errors.on(attr, "a handler's parameter cannot stand under a condition; put it on the whole method");
        return None;
    }
    let tokens = param.ty.to_token_stream();
    if let Some(impl_token) = find(&tokens, "impl") {
        errors.at(
            impl_token,
            "a handler's parameter has one type, for nobody would choose another: write it instead of `impl …`",
        );
        return None;
    }
    Some(Param { span: start(&tokens), ty: outside.write(tokens) })
}
