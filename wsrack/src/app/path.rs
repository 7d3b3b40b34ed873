//! Route parameters as a value: the only one, several as a tuple or a list, or by name as a struct or a map.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Makes a `T` of a route's parameters, in the order in which they stand in the route.
pub(super) fn from_params<'a, T: DeserializeOwned>(
    params: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<T, Error> {
    T::deserialize(Params(params.map(|(name, value)| (name, Value { name, value })).collect()))
}

struct Params<'a>(Vec<(&'a str, Value<'a>)>);

#[derive(Clone, Copy)]
struct Value<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Params<'a> {
    fn only(&self) -> Result<Value<'a>, Error> {
        match *self.0 {
            [(_, value)] => Ok(value),
            _ => Err(Error::custom(format_args!(
                "the route has {} parameters, so they are a tuple or a struct, not a single value",
                self.0.len()
            ))),
        }
    }

    fn values(self) -> impl Iterator<Item = Value<'a>> {
        self.0.into_iter().map(|(_, value)| value)
    }

    fn expect_len(&self, len: usize) -> Result<(), Error> {
        if self.0.len() == len {
            return Ok(());
        }
        let is = self.0.len();
        Err(Error::custom(format_args!("the route has {is} parameters; a tuple of {len} is asked for")))
    }
}

macro_rules! only {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.only()?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Params<'_> {
    type Error = Error;

    only! {
        deserialize_any deserialize_bool deserialize_char deserialize_str deserialize_string
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(self.0.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(self.values()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        self.expect_len(len)?;
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.only()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

impl Value<'_> {
    fn parse<T: FromStr<Err: Display>>(self) -> Result<T, Error> {
        let Self { name, value } = self;
        value.parse().map_err(|error| Error::custom(format_args!("`{name}` is {value:?}: {error}")))
    }
}

impl IntoDeserializer<'_> for Value<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.parse()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Error;

    parsed! {
        deserialize_bool => visit_bool deserialize_char => visit_char
        deserialize_i8 => visit_i8 deserialize_i16 => visit_i16 deserialize_i32 => visit_i32
        deserialize_i64 => visit_i64 deserialize_i128 => visit_i128
        deserialize_u8 => visit_u8 deserialize_u16 => visit_u16 deserialize_u32 => visit_u32
        deserialize_u64 => visit_u64 deserialize_u128 => visit_u128
        deserialize_f32 => visit_f32 deserialize_f64 => visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.value)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        StrDeserializer::<Error>::new(self.value).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;

    fn params<T: DeserializeOwned>(params: &[(&str, &str)]) -> Result<T, String> {
        from_params(params.iter().copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_parameter_is_a_value() {
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(rename_all = "lowercase")]
        enum Side {
            Left,
        }
        assert_eq!(params::<String>(&[("room", "a b")]), Ok("a b".into()));
        assert_eq!(params::<u32>(&[("id", "7")]), Ok(7));
        assert_eq!(params::<Side>(&[("side", "left")]), Ok(Side::Left));
        assert_eq!(params::<u8>(&[("id", "x")]), Err("`id` is \"x\": invalid digit found in string".into()));
    }

    #[test]
    fn several_are_a_tuple_a_struct_or_a_map() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Both {
            id: u32,
            room: String,
        }
        let two = [("room", "a"), ("id", "7")];
        assert_eq!(params::<(String, u32)>(&two), Ok(("a".into(), 7)));
        assert_eq!(params::<Both>(&two), Ok(Both { id: 7, room: "a".into() }));
        assert_eq!(params::<HashMap<String, String>>(&two).map(|map| map["id"].clone()), Ok("7".into()));
        assert!(params::<String>(&two).unwrap_err().contains("2 parameters"));
        assert!(params::<(String,)>(&two).unwrap_err().contains("tuple of 1"));
    }
}
