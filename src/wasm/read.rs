//! Reading JavaScript values into the core's types.
//!
//! Not by `serde_wasm_bindgen::from_value`: its errors quote what was read, names among it; a getter that throws goes
//! through it like a panic; and what it can do beyond our shapes (floats, bytes, maps, iterables, messages) is 50 KB.
//! Here an error says nothing, and a struct's fields and an enum's names are found by their index in serde's own lists,
//! so that the derived code compares no strings.

use js_sys::{Array, Reflect};
use serde::de::value::U32Deserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use std::fmt;
use wasm_bindgen::JsValue;

/// JavaScript's integers are exact up to here (`Number.MAX_SAFE_INTEGER`).
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The value is not of its type. Says nothing of the value itself.
#[derive(Debug)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of its type")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A JavaScript value to read from.
pub struct Reader(pub JsValue);

/// A property; `undefined` if there is none.
///
/// # Errors
/// [`Refused`] for what has no properties, and if a getter throws.
pub fn property(object: &JsValue, name: &str) -> Result<JsValue, Refused> {
    Reflect::get(object, &JsValue::from_str(name)).map_err(|_| Refused)
}

impl Reader {
    fn integer(&self) -> Result<i64, Refused> {
        let number = self.0.as_f64().ok_or(Refused)?;
        if number.trunc() == number && number.abs() <= MAX_SAFE_INTEGER {
            #[allow(clippy::cast_possible_truncation)] // checked: it is whole and small enough
            Ok(number as i64)
        } else {
            Err(Refused)
        }
    }

    fn unsigned(&self) -> Result<u64, Refused> {
        u64::try_from(self.integer()?).map_err(|_| Refused)
    }

    fn text(&self) -> Result<String, Refused> {
        self.0.as_string().ok_or(Refused)
    }

    fn items(self) -> Result<Items, Refused> {
        if Array::is_array(&self.0) {
            Ok(Items {
                array: self.0.into(),
                at: 0,
            })
        } else {
            Err(Refused)
        }
    }

    fn variant(&self, variants: &'static [&'static str]) -> Result<u32, Refused> {
        let text = self.text()?;
        (0..)
            .zip(variants)
            .find(|(_, name)| **name == text)
            .map(|(index, _)| index)
            .ok_or(Refused)
    }
}

impl<'de> de::Deserializer<'de> for Reader {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.text() {
            Ok(text) => visitor.visit_string(text),
            Err(Refused) => visitor.visit_i64(self.integer()?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_bool(self.0.as_bool().ok_or(Refused)?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let items = self.items()?;
        if usize::try_from(items.array.length()) == Ok(len) {
            visitor.visit_seq(items)
        } else {
            Err(Refused)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        if self.0.is_object() && !Array::is_array(&self.0) {
            visitor.visit_map(Fields {
                object: self.0,
                fields: fields.iter(),
                at: 0,
                value: JsValue::UNDEFINED,
            })
        } else {
            Err(Refused)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_enum(self.variant(variants)?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct map identifier
    }
}

/// The elements of an array.
struct Items {
    array: Array,
    at: u32,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        if self.at == self.array.length() {
            return Ok(None);
        }
        let item = self.array.get(self.at);
        self.at += 1;
        seed.deserialize(Reader(item)).map(Some)
    }
}

/// Those fields of a struct that an object has.
struct Fields {
    object: JsValue,
    fields: std::slice::Iter<'static, &'static str>,
    at: u32,
    value: JsValue,
}

impl Fields {
    /// Goes to the next field that is there: its index.
    fn next(&mut self) -> Result<Option<u32>, Refused> {
        for name in self.fields.by_ref() {
            let at = self.at;
            self.at += 1;
            self.value = property(&self.object, name)?;
            if !self.value.is_undefined() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        let Some(at) = self.next()? else {
            return Ok(None);
        };
        let index: U32Deserializer<Refused> = at.into_deserializer();
        seed.deserialize(index).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(Reader(std::mem::replace(
            &mut self.value,
            JsValue::UNDEFINED,
        )))
    }
}
