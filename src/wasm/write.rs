//! The core's types into JavaScript values: as JSON, in one step.
//!
//! Not by `serde_wasm_bindgen`, which sets field by field: what is written once for the flight recorder is no second
//! serializer in the bundle.

use crate::json::{Json, NotWritable};
use js_sys::{Array, JSON};
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::{JsCast, JsValue};

/// A value.
///
/// # Errors
/// Never in practice: [`NotWritable`] is a type that does not cross.
pub fn value<T: Serialize + Tsify>(value: &T) -> Result<Ts<T>, NotWritable>
where
    T::JsType: JsCast,
{
    Ok(Ts::new_unchecked(parsed(&Json::of(value)?)?))
}

/// A list, as it was written.
///
/// # Errors
/// As [`value`].
pub fn list<T: Tsify>(written: &Json) -> Result<Vec<Ts<T>>, NotWritable>
where
    T::JsType: JsCast,
{
    let array: Array = parsed(written)?.unchecked_into();
    Ok(array.iter().map(Ts::new_unchecked).collect())
}

fn parsed(json: &Json) -> Result<JsValue, NotWritable> {
    JSON::parse(json.as_str()).map_err(|_| NotWritable)
}
