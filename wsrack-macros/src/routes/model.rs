//! Syntax to routes that are right: every key parsed, none of them there twice.

use syn::{Expr, LitStr};

use super::key::Key;
use super::parse::{Errors, Syntax, Target as SyntaxTarget};

/// A block of mounts with the layers around it.
#[derive(Default)]
pub(super) struct Block {
    pub(super) layers: Vec<Expr>,
    pub(super) mounts: Vec<Mount>,
}

pub(super) struct Mount {
    pub(super) literal: LitStr,
    pub(super) key: Key,
    pub(super) target: Target,
}

pub(super) enum Target {
    Value(Box<Expr>),
    Block(Block),
}

/// What has a broken key is reported and left out; what is inside of it is checked all the same.
pub(super) fn block(syntax: Syntax, errors: &mut Errors) -> Block {
    let mut mounts: Vec<Mount> = Vec::with_capacity(syntax.entries.len());
    for entry in syntax.entries {
        let key = key(&entry.key, &mounts, errors);
        let target = match entry.target {
            SyntaxTarget::Value(value) => Target::Value(value),
            SyntaxTarget::Block(syntax) => Target::Block(block(syntax, errors)),
        };
        if let Some(key) = key {
            mounts.push(Mount { literal: entry.key, key, target });
        }
    }
    Block { layers: syntax.layers, mounts }
}

fn key(literal: &LitStr, mounts: &[Mount], errors: &mut Errors) -> Option<Key> {
    let key = match Key::parse(&literal.value()) {
        Ok(key) => key,
        Err(message) => {
            errors.at(literal.span(), message);
            return None;
        }
    };
    if let Some(first) = mounts.iter().find(|mount| mount.key.is_same(&key)) {
        errors.at(
            literal.span(),
            format!("`{}` is mounted already and takes the same requests", first.literal.value()),
        );
        return None;
    }
    Some(key)
}
