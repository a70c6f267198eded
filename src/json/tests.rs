//! Against `serde_json`.

use super::{Json, NotWritable};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Every kind of value that serde knows, but for floats, bytes and wide integers.
#[derive(Debug, Clone, Serialize)]
enum Any {
    Unit,
    Newtype(Box<Any>),
    Tuple(Box<Any>, u8, i16),
    Struct {
        left: Box<Any>,
        #[serde(skip_serializing_if = "Option::is_none")] // as ours does by itself
        right: Option<Box<Any>>,
    },
    Bool(bool),
    Numbers(i8, i32, i64, u16, u32, u64),
    Text(String),
    Letter(char),
    Maybe(Option<Box<Any>>),
    Sparse(Vec<Option<u8>>),
    List(Vec<Any>),
    Map(BTreeMap<String, Any>),
    Nothing(()),
    Tagged(Tagged),
    Plain(Plain),
    Pair(Pair),
    Empty(Empty),
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Tagged {
    WithField { some_text: String },
    WithoutField,
}

#[derive(Debug, Clone, Serialize)]
struct Plain {
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u8>,
    kind: String,
}

#[derive(Debug, Clone, Serialize)]
struct Pair(String, bool);

#[derive(Debug, Clone, Serialize)]
struct Empty;

fn texts() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        "\\PC{0,12}",
        "[\\x00-\\x7f]{0,4}",
        Just("\u{2028}\"\\".to_owned())
    ]
    .boxed()
}

fn values() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        Just(Any::Unit),
        Just(Any::Nothing(())),
        Just(Any::Empty(Empty)),
        Just(Any::Tagged(Tagged::WithoutField)),
        any::<bool>().prop_map(Any::Bool),
        any::<(i8, i32, i64, u16, u32, u64)>()
            .prop_map(|(a, b, c, d, e, f)| Any::Numbers(a, b, c, d, e, f)),
        any::<char>().prop_map(Any::Letter),
        proptest::collection::vec(proptest::option::of(any::<u8>()), 0..3).prop_map(Any::Sparse),
        texts().prop_map(Any::Text),
        texts().prop_map(|some_text| Any::Tagged(Tagged::WithField { some_text })),
        (proptest::option::of(any::<u8>()), texts())
            .prop_map(|(skipped, kind)| Any::Plain(Plain { skipped, kind })),
        (texts(), any::<bool>()).prop_map(|(text, yes)| Any::Pair(Pair(text, yes))),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed.clone().prop_map(Any::Newtype),
            proptest::option::of(boxed.clone()).prop_map(Any::Maybe),
            (boxed.clone(), any::<u8>(), any::<i16>()).prop_map(|(a, b, c)| Any::Tuple(a, b, c)),
            (boxed.clone(), proptest::option::of(boxed))
                .prop_map(|(left, right)| Any::Struct { left, right }),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Any::List),
            proptest::collection::btree_map(texts(), inner, 0..4).prop_map(Any::Map),
        ]
    })
}

proptest! {
    #[test]
    fn it_writes_what_serde_json_writes(value in values()) {
        let ours: Value = serde_json::from_str(Json::of(&value).unwrap().as_str()).unwrap();
        prop_assert_eq!(ours, serde_json::to_value(&value).unwrap());
    }

    #[test]
    fn a_text_is_given_to_whoever_replaces_it_as_it_was(texts in proptest::collection::vec(texts(), 0..4)) {
        let mut seen = Vec::new();
        let mut out = String::new();
        let json = Json::of(&texts).unwrap();
        json.with_texts(|_, text| { seen.push(text.to_owned()); "x".to_owned() }, &mut out);
        prop_assert_eq!(out, format!("[{}]", vec!["\"x\""; texts.len()].join(",")));
        prop_assert_eq!(seen, texts);
    }
}

#[test]
fn what_is_data_is_told_from_names_of_fields_and_variants() {
    let value = Any::Map(BTreeMap::from([(
        "Erin".to_owned(),
        Any::Struct {
            left: Box::new(Any::Plain(Plain {
                skipped: Some(1),
                kind: "Dana".to_owned(),
            })),
            right: Some(Box::new(Any::Text("Alice".to_owned()))),
        },
    )]));
    let mut out = String::new();
    let json = Json::of(&value).unwrap();
    json.with_texts(|field, _| format!("<{field}>"), &mut out);
    assert_eq!(
        out,
        r#"{"Map":{"<>":{"Struct":{"left":{"Plain":{"skipped":1,"kind":"<kind>"}},"right":{"Text":"<>"}}}}}"#
    );
}

#[test]
fn a_field_without_a_value_is_left_out() {
    #[derive(Serialize)]
    struct Fields {
        first: Option<u8>,
        second: Vec<Option<u8>>,
        third: Option<u8>,
        fourth: (),
        fifth: Option<Empty>,
    }
    let fields = Fields {
        first: None,
        second: vec![Some(1), None],
        third: None,
        fourth: (),
        fifth: None,
    };
    assert_eq!(
        Json::of(&fields).unwrap().as_str(),
        r#"{"second":[1,null],"fourth":null}"#
    );
    assert_eq!(Json::of(&None::<u8>), Ok(Json::null()));
}

#[test]
fn what_no_state_has_is_refused() {
    assert_eq!(Json::of(&1.5), Err(NotWritable));
    assert_eq!(Json::of(&BTreeMap::from([(1, 2)])), Err(NotWritable));
}
