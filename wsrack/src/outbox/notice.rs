//! A value on its way to `#[on_notify]`.

use std::any::{Any, type_name};

use crate::error::Error;

/// What [`Socket::notify`](crate::Socket::notify) hands to the connection.
#[doc(hidden)]
#[derive(Debug)]
pub struct Notice {
    value: Box<dyn Any + Send>,
    type_name: &'static str,
}

impl Notice {
    pub(crate) fn new<T: Send + 'static>(value: T) -> Self {
        Self { value: Box::new(value), type_name: type_name::<T>() }
    }

    /// The value goes; nothing is left in its place.
    pub(crate) fn take(&mut self) -> Self {
        Self { value: std::mem::replace(&mut self.value, Box::new(())), type_name: self.type_name }
    }

    /// The value, if it is a `T`.
    pub fn downcast<T: Send + 'static>(self) -> Result<T, Self> {
        match self.value.downcast() {
            Ok(value) => Ok(*value),
            Err(value) => Err(Self { value, ..self }),
        }
    }

    /// What a value ends in that no handler takes.
    pub fn unhandled(self) -> Error {
        Error::from_boxed(format!("no `#[on_notify]` handler takes a `{}`", self.type_name).into())
    }
}
