//! Values as JSON: a serde serializer of our own.
//!
//! Not `serde_json`, and not `serde_wasm_bindgen` for what crosses to JavaScript either: one small serializer does both,
//! since each that serde's derived code is compiled for costs the bundle some 10 KB. It does what our shapes need: no
//! floats, no bytes, no wide integers. A field without a value is left out.

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use serde::ser::{self, Serialize};
use std::fmt::{self, Write};

/// A value as JSON, and where in it the texts stand that are data (and no name of a field or a variant).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json {
    text: String,
    data: Vec<Datum>,
}

/// A text among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Datum {
    /// Where it begins, after its quotation mark.
    from: usize,
    /// Where it ends, before its quotation mark.
    to: usize,
    /// The innermost field that has a name; none in a map, or under an enum's variant.
    field: &'static str,
}

impl Json {
    /// Writes a value.
    ///
    /// # Errors
    /// [`NotWritable`].
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, NotWritable> {
        let mut writer = Writer::default();
        value.serialize(&mut writer)?;
        Ok(Self {
            text: writer.out,
            data: writer.data,
        })
    }

    /// There is nothing.
    #[must_use]
    pub fn null() -> Self {
        Self {
            text: "null".to_owned(),
            data: Vec::new(),
        }
    }

    /// As it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// With every text that is data replaced: by what `replace` says of it and its field, which must hold nothing that
    /// JSON escapes.
    pub fn with_texts(&self, mut replace: impl FnMut(&str, &str) -> String, out: &mut String) {
        let mut done = 0;
        let part = |from, to| self.text.get(from..to).unwrap_or_default();
        for datum in &self.data {
            out.push_str(part(done, datum.from));
            out.push_str(&replace(
                datum.field,
                &unescaped(part(datum.from, datum.to)),
            ));
            done = datum.to;
        }
        out.push_str(part(done, self.text.len()));
    }
}

/// A value of a kind that no event and no state has: a float, bytes, a wide integer, a map's key that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWritable;

impl fmt::Display for NotWritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not writable")
    }
}

impl std::error::Error for NotWritable {}

impl ser::Error for NotWritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    data: Vec<Datum>,
    field: &'static str,
    /// Whether what was written last is that there is nothing.
    nothing: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let from = self.out.len() + 1;
        self.escaped(text);
        self.data.push(Datum {
            from,
            to: self.out.len() - 1,
            field: self.field,
        });
    }

    /// A text that holds nothing that JSON escapes.
    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
    }

    /// <https://www.rfc-editor.org/rfc/rfc8259#section-7>
    fn escaped(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.out.extend(['\\', c]),
                '\0'..='\u{1f}' => {
                    self.out.push_str("\\u00");
                    let code = u32::from(c);
                    let digits = [code / 16, code % 16].map(|digit| char::from_digit(digit, 16));
                    self.out.extend(digits.into_iter().flatten());
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn name(&mut self, name: &str) {
        self.quoted(name);
        self.out.push(':');
    }

    fn number(&mut self, number: impl fmt::Display) -> Result<(), NotWritable> {
        write!(self.out, "{number}").map_err(|_| NotWritable)
    }

    fn items(&mut self, begin: &str, end: &'static str) -> Items<'_> {
        self.out.push_str(begin);
        Items {
            writer: self,
            first: true,
            end,
        }
    }

    /// `{"Variant":` and what follows.
    fn variant(&mut self, name: &'static str) {
        self.out.push('{');
        self.name(name);
        self.field = "";
    }
}

/// The items of a list, a map, a struct.
struct Items<'a> {
    writer: &'a mut Writer,
    first: bool,
    end: &'static str,
}

impl Items<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.writer.out.push(',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritable> {
        self.comma();
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotWritable> {
        let (before, first) = (self.writer.out.len(), self.first);
        self.comma();
        self.writer.name(name);
        self.writer.field = name;
        self.writer.nothing = false;
        value.serialize(&mut *self.writer)?;
        if std::mem::take(&mut self.writer.nothing) {
            self.writer.out.truncate(before);
            self.first = first;
        }
        Ok(())
    }

    fn close(self) {
        self.writer.out.push_str(self.end);
        self.writer.nothing = false; // a list that ends with nothing is something
    }
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = NotWritable;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), NotWritable> {
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), NotWritable> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), NotWritable> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), NotWritable> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), NotWritable> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), NotWritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), NotWritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), NotWritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), NotWritable> {
        self.number(value)
    }

    fn serialize_f32(self, _: f32) -> Result<(), NotWritable> {
        Err(NotWritable)
    }

    fn serialize_f64(self, _: f64) -> Result<(), NotWritable> {
        Err(NotWritable)
    }

    fn serialize_char(self, value: char) -> Result<(), NotWritable> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), NotWritable> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NotWritable> {
        Err(NotWritable)
    }

    fn serialize_none(self) -> Result<(), NotWritable> {
        self.serialize_unit()?;
        self.nothing = true;
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotWritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotWritable> {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotWritable> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), NotWritable> {
        self.quoted(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotWritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotWritable> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.out.push('}');
        self.nothing = false;
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, NotWritable> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, NotWritable> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, NotWritable> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, NotWritable> {
        self.variant(variant);
        Ok(self.items("[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'a>, NotWritable> {
        Ok(self.items("{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, NotWritable> {
        Ok(self.items("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, NotWritable> {
        self.variant(variant);
        Ok(self.items("{", "}}"))
    }
}

macro_rules! list {
    ($of:ident, $item:ident) => {
        impl ser::$of for Items<'_> {
            type Ok = ();
            type Error = NotWritable;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritable> {
                self.item(value)
            }

            fn end(self) -> Result<(), NotWritable> {
                self.close();
                Ok(())
            }
        }
    };
}

list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);
list!(SerializeTupleVariant, serialize_field);

macro_rules! fields {
    ($of:ident) => {
        impl ser::$of for Items<'_> {
            type Ok = ();
            type Error = NotWritable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), NotWritable> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), NotWritable> {
                self.close();
                Ok(())
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = NotWritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotWritable> {
        self.writer.field = "";
        self.item(key)?;
        // JSON's keys are texts.
        if !self.writer.out.ends_with('"') {
            return Err(NotWritable);
        }
        self.writer.out.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritable> {
        self.writer.field = "";
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), NotWritable> {
        self.close();
        Ok(())
    }
}

/// As it was before [`Writer::escaped`].
fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        plain.extend(match c {
            '\\' => match chars.next() {
                Some('u') => {
                    let code = chars.by_ref().take(4).collect::<String>();
                    u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
                }
                escaped => escaped,
            },
            c => Some(c),
        });
    }
    plain
}
