//! What the block means: an application whose every handler can be called. What cannot be called does not get here.

use syn::{Generics, LitStr, Path, Type, parse_quote};

use super::arguments::{Arguments, Sharing};
use super::markers::{Markers, Period, Role, Run};
use super::options::Setting;
use super::parse::Block;
use super::rules;
use super::signature::Handler;
use super::tokens::Outside;
use crate::diagnostics::Errors;

/// An application.
pub(super) struct Application {
    pub(super) generics: Generics,
    pub(super) self_ty: Type,
    pub(super) sharing: Sharing,
    pub(super) settings: Vec<Setting>,
    pub(super) handlers: Handlers,
}

/// Its handlers, in textual order. More than one of a phase that has only one stand under different conditions.
#[derive(Default)]
pub(super) struct Handlers {
    pub(super) start: Vec<Handler>,
    pub(super) upgrade: Vec<Handler>,
    pub(super) open: Vec<Handler>,
    pub(super) message: Vec<MessageHandler>,
    pub(super) event: Vec<EventHandler>,
    pub(super) notify: Vec<Handler>,
    pub(super) every: Vec<EveryHandler>,
    pub(super) error: Vec<Handler>,
    pub(super) close: Vec<Handler>,
    pub(super) stop: Vec<Handler>,
}

/// `#[on_message]`
pub(super) struct MessageHandler {
    pub(super) handler: Handler,
    pub(super) run: Run,
}

/// `#[on_message(event = "…")]`
pub(super) struct EventHandler {
    pub(super) event: LitStr,
    pub(super) handler: Handler,
    pub(super) run: Run,
}

/// `#[every("…")]`
pub(super) struct EveryHandler {
    pub(super) period: Period,
    pub(super) handler: Handler,
}

impl Application {
    /// Takes the markers out of `block` and reads the handlers; `None` where there is a mistake.
    pub(super) fn new(block: &mut Block, arguments: Arguments, errors: &mut Errors) -> Option<Self> {
        let handlers = Handlers::take(block, arguments.krate.as_ref(), errors);
        rules::check(&handlers, errors);
        if let Some(lifetime) = block.borrows() {
            errors.at(lifetime, "an application borrows nothing, for it lives as long as the server: let it own its data, or share them in an `Arc`");
        }
        let sharing = sharing(&handlers, &arguments, errors);
        if !errors.is_empty() {
            return None;
        }
        Some(Self {
            generics: block.generics.clone(),
            self_ty: block.self_ty.clone(),
            sharing,
            settings: arguments.settings,
            handlers,
        })
    }
}

impl Handlers {
    /// Takes the markers out of `block`.
    pub(super) fn take(block: &mut Block, krate: Option<&Path>, errors: &mut Errors) -> Self {
        let mut handlers = Self::default();
        let self_ty = block.self_ty.clone();
        for method in block.methods() {
            let markers = Markers::take(&mut method.attrs, krate, errors);
            if !markers.roles.is_empty() {
                // Its signature is our contract, not its author's choice; a lint attribute of the user's stands behind
                // and wins.
                method.attrs.insert(0, parse_quote!(#[allow(clippy::needless_pass_by_value, clippy::trivially_copy_pass_by_ref, clippy::unused_async, clippy::unused_self)]));
            }
            let mut is_read = false;
            for marked in markers.roles {
                // One error for a method with two markers.
                let handler = if is_read {
                    Handler::new(marked.role.marker(), &method.sig, &self_ty, &mut Errors::default())
                } else {
                    Handler::new(marked.role.marker(), &method.sig, &self_ty, errors)
                };
                is_read = true;
                let Some(mut handler) = handler else { continue };
                handler.cfg = [&*markers.cfg, &*marked.cfg].concat();
                handler.lints.clone_from(&markers.lints);
                handlers.add(marked.role, handler, &self_ty);
            }
        }
        handlers
    }

    fn add(&mut self, role: Role, handler: Handler, self_ty: &Type) {
        match role {
            Role::Start => self.start.push(handler),
            Role::Upgrade => self.upgrade.push(handler),
            Role::Open => self.open.push(handler),
            Role::Message { event: None, run } => self.message.push(MessageHandler { handler, run }),
            Role::Message { event: Some(event), run } => {
                self.event.push(EventHandler { event, handler, run });
            }
            Role::Notify => self.notify.push(handler),
            Role::Every(period) => {
                let period = match period {
                    Period::Const(period) => {
                        Period::Const(Outside { self_ty, lifetimes: Vec::new() }.write(period))
                    }
                    fixed @ Period::Fixed(_) => fixed,
                };
                self.every.push(EveryHandler { period, handler });
            }
            Role::Error => self.error.push(handler),
            Role::Close => self.close.push(handler),
            Role::Stop => self.stop.push(handler),
        }
    }

    /// Those that run for a connection, in the order of its life.
    pub(super) fn of_connection(&self) -> impl Iterator<Item = &Handler> {
        let message = self.message.iter().map(|message| &message.handler);
        let event = self.event.iter().map(|event| &event.handler);
        let every = self.every.iter().map(|every| &every.handler);
        self.upgrade
            .iter()
            .chain(&self.open)
            .chain(message)
            .chain(event)
            .chain(&self.notify)
            .chain(every)
            .chain(&self.error)
            .chain(&self.close)
    }

    /// Where the first `&mut self` stands that makes the application one per connection.
    pub(super) fn first_mut(&self) -> Option<&Handler> {
        self.of_connection().find(|handler| handler.receiver.is_mut && handler.cfg.is_empty())
    }
}

fn sharing(handlers: &Handlers, arguments: &Arguments, errors: &mut Errors) -> Sharing {
    match &arguments.sharing {
        Some((Sharing::Shared, _)) => {
            for handler in
                handlers.of_connection().filter(|handler| handler.receiver.is_mut && handler.cfg.is_empty())
            {
                errors.at(
                    handler.receiver.span,
                    "this application is `shared`, so its handlers take `&self`; write `per_connection` to give each \
                     connection a clone",
                );
            }
            Sharing::Shared
        }
        Some((Sharing::PerConnection, _)) => Sharing::PerConnection,
        None if handlers.first_mut().is_some() => Sharing::PerConnection,
        None => {
            if let Some(handler) = handlers.of_connection().find(|handler| handler.receiver.is_mut) {
                errors.at(
                    handler.receiver.span,
                    "the only `&mut self` handlers stand under a condition, so it is open what a connection works on: \
                     write `#[websocket_app(per_connection)]` for a clone each, or `#[websocket_app(shared)]` and \
                     `&self`",
                );
            }
            Sharing::Shared
        }
    }
}
