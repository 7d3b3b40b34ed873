//! Which handlers cannot stand beside each other, as far as their text shows it; types are judged by rustc.

use proc_macro2::TokenStream;

use super::model::{EventHandler, Handlers};
use super::signature::Handler;
use crate::diagnostics::Errors;
use crate::names::Marker;

pub(super) fn check(handlers: &Handlers, errors: &mut Errors) {
    let single = [
        (Marker::Start, &handlers.start),
        (Marker::Upgrade, &handlers.upgrade),
        (Marker::Open, &handlers.open),
        (Marker::Close, &handlers.close),
        (Marker::Stop, &handlers.stop),
    ];
    for (marker, handlers) in single {
        only_one(marker, handlers, errors);
    }
    check_upgrade(&handlers.upgrade, errors);
    check_messages(handlers, errors);
    check_events(&handlers.event, errors);
    check_notify(&handlers.notify, errors);
    check_error(&handlers.error, errors);
}

/// Handlers under conditions are compared where the conditions hold: see `expand::conflicts`.
fn only_one(marker: Marker, handlers: &[Handler], errors: &mut Errors) {
    let mut certain = handlers.iter().filter(|handler| handler.cfg.is_empty());
    let Some(first) = certain.next() else { return };
    for second in certain {
        errors.on(&second.ident, two(marker, first, second));
    }
}

/// What is said of two handlers of one phase.
pub(super) fn two(marker: Marker, first: &Handler, second: &Handler) -> String {
    let (first, second) = (&first.ident, &second.ident);
    format!(
        "two {marker} handlers: `{first}` and `{second}`; an application has one, so make one of them, or call one from the other"
    )
}

fn check_upgrade(handlers: &[Handler], errors: &mut Errors) {
    for borrowed in handlers.iter().filter_map(|handler| handler.borrows) {
        errors.at(
            borrowed,
            "what `#[on_upgrade]` returns is kept for later handlers, so it borrows nothing: return `String` for `&str`",
        );
    }
}

fn check_messages(handlers: &Handlers, errors: &mut Errors) {
    let runs = handlers
        .message
        .iter()
        .map(|message| (message.run, &message.handler))
        .chain(handlers.event.iter().map(|event| (event.run, &event.handler)));
    for (run, handler) in runs {
        if run.boxed && !handler.is_async {
            errors.on(
                &handler.ident,
                "`boxed` keeps a future on the heap while it runs, and a plain `fn` has none",
            );
        }
        if !run.blocking {
            continue;
        }
        if handler.is_async {
            errors.on(
                &handler.ident,
                "`blocking` moves a plain `fn` to the blocking pool; an `async fn` does not need it",
            );
        }
        if handler.receiver.is_mut {
            errors.at(
                handler.receiver.span,
                "a `blocking` handler takes `&self`, for it runs on another thread; put what it changes behind a \
                 `Mutex`",
            );
        }
        if let Some(borrowed) = handler.borrows {
            errors.at(borrowed, "a `blocking` handler returns what it owns, such as `String` for `&str`");
        }
    }
}

fn check_events(events: &[EventHandler], errors: &mut Errors) {
    for (place, second) in events.iter().enumerate() {
        let name = second.event.value();
        let is_same = |first: &&EventHandler| {
            first.event.value() == name && first.handler.cfg.is_empty() && second.handler.cfg.is_empty()
        };
        if let Some(first) = events[..place].iter().find(is_same) {
            let (first, second_ident) = (&first.handler.ident, &second.handler.ident);
            errors.on(
                &second.event,
                format_args!(
                    "two handlers for the event `{name}`: `{first}` and `{second_ident}`; an event has one"
                ),
            );
        }
    }
}

fn check_notify(handlers: &[Handler], errors: &mut Errors) {
    for (place, second) in handlers.iter().enumerate() {
        let ident = &second.ident;
        let (_, Some(value)) = second.split_last() else {
            errors.on(
                ident,
                format_args!(
                    "`#[on_notify]` takes the value as its last parameter: `fn {ident}(&self, value: T)`"
                ),
            );
            continue;
        };
        if is_borrowed(&value.ty) {
            errors.at(
                value.span,
                "the last parameter of `#[on_notify]` is the value itself, as `notify` was given it: leave the `&` away, or write the value behind it",
            );
            continue;
        }
        only_one_for_its_type(Marker::Notify, &handlers[..place], second, errors);
    }
}

/// Whether a type is a reference to what somebody else owns.
fn is_borrowed(ty: &TokenStream) -> bool {
    ty.to_string().strip_prefix('&').is_some_and(|behind| !behind.trim_start().starts_with("'static"))
}

/// `&Error` before others is for rustc to find: it may have another name.
fn check_error(handlers: &[Handler], errors: &mut Errors) {
    for (place, second) in handlers.iter().enumerate() {
        if second.params.is_empty() {
            let ident = &second.ident;
            errors.on(
                ident,
                format_args!(
                    "`#[on_error]` takes the error as its last parameter: `fn {ident}(&self, error: &Error)`"
                ),
            );
        }
        only_one_for_its_type(Marker::Error, &handlers[..place], second, errors);
    }
}

/// Where the last parameter picks the handler, no other before it has the same.
fn only_one_for_its_type(marker: Marker, before: &[Handler], second: &Handler, errors: &mut Errors) {
    let Some(text) = second.params.last().map(|param| param.ty.to_string()) else { return };
    let is_same = |first: &&Handler| {
        let same_type = first.params.last().is_some_and(|param| param.ty.to_string() == text);
        same_type && first.cfg.is_empty() && second.cfg.is_empty()
    };
    if let Some(first) = before.iter().find(is_same) {
        let (first, ident) = (&first.ident, &second.ident);
        errors.on(
            ident,
            format_args!(
                "two {marker} handlers for `{}`: `{first}` and `{ident}`; a type has one",
                as_written(&text)
            ),
        );
    }
}

/// A type without the blanks that tokens stand apart by.
fn as_written(ty: &str) -> String {
    let apart = [(" :: ", "::"), ("& ", "&"), (" < ", "<"), (" >", ">"), (" ,", ",")];
    apart.into_iter().fold(ty.to_owned(), |ty, (apart, together)| ty.replace(apart, together))
}
