use super::*;
use proptest::prelude::*;
use serde_json::json;

struct Document(Value);

impl Names for Document {
    fn value(&self, path: &[Segment]) -> Value {
        dig(Some(&self.0), path)
    }
}

fn holds(source: &str, document: Value) -> bool {
    Expression::parse(source)
        .unwrap()
        .holds(&Document(document))
}

#[test]
fn the_examples_of_the_documentation_hold() {
    assert!(holds("1 == 1", json!({})));
    assert!(holds("0 != 1", json!({})));
    assert!(holds(r#""apple" != "orange""#, json!({})));
    assert!(holds("key > 1", json!({"key": 2})));
    assert!(holds(
        "object.param != 'apple'",
        json!({"object": {"param": "pear"}})
    ));
    assert!(holds(
        r#"language IN ["en", "es"]"#,
        json!({"language": "es"})
    ));
    assert!(holds("(a == true) OR (b == true)", json!({"b": true})));
    assert!(holds(
        r#"(language == "en" OR language == "fr") AND skill_rating >= 5.1"#,
        json!({"language": "fr", "skill_rating": 5.1})
    ));
    assert!(holds(
        "object.array[2] == 'c'",
        json!({"object": {"array": ["a", "b", "c"]}})
    ));
}

#[test]
fn a_missing_key_is_null() {
    assert!(holds("targetWorker == null", json!({})));
    assert!(!holds("targetWorker != null", json!({})));
    assert!(holds(
        "targetWorker != null AND callToQueue == null",
        json!({"targetWorker": "client:bob"})
    ));
}

#[test]
fn lists_are_searched_from_either_side() {
    let document = json!({"skills": ["sales", "support"], "skill": "sales"});
    assert!(holds("skills HAS 'support'", document.clone()));
    assert!(!holds("skills HAS 'chat'", document.clone()));
    assert!(holds("skill IN skills", document.clone()));
    assert!(holds("'chat' NOT IN skills", document.clone()));
    assert!(holds("skill in ('sales', 'x')", document.clone()));
    assert!(holds(
        "skills CONTAINS 'sales' AND skill CONTAINS 'ale'",
        document.clone()
    ));
    assert!(holds("skill NOT CONTAINS 'chat'", document));
}

#[test]
fn and_binds_tighter_than_or_and_not_tightest() {
    assert!(holds("1 == 1 OR 1 == 2 AND 1 == 2", json!({})));
    assert!(!holds("NOT 1 == 1 OR 1 == 2", json!({})));
    assert!(holds("NOT (1 == 1 AND 1 == 2)", json!({})));
}

#[test]
fn values_of_different_types_are_not_equal_and_have_no_order() {
    assert!(!holds("level == 5", json!({"level": "5"})));
    assert!(!holds("level < 5", json!({"level": "4"})));
    assert!(!holds("level >= 5", json!({"level": null})));
    assert!(holds("level == 5.0", json!({"level": 5})));
}

#[test]
fn what_is_no_expression_is_refused() {
    for source in [
        "",
        "==",
        "1 ==",
        "(1 == 1",
        "1 == 1)",
        "a IN [1, 2",
        "a b",
        "'open",
        "a & b",
        "a[1",
    ] {
        assert!(Expression::parse(source).is_err(), "{source}");
    }
    let deep = format!("{}1 == 1{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(Expression::parse(&deep), Err(ExpressionError::Depth));
}

proptest! {
    #[test]
    fn no_text_panics(source in ".{0,80}") {
        if let Ok(expression) = Expression::parse(&source) {
            let _ = expression.holds(&Document(json!({"a": [1]})));
        }
    }

    #[test]
    fn no_sequence_of_tokens_panics(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "(", ")", "[", "]", ",", "AND", "OR", "NOT", "IN", "HAS", "CONTAINS", "==", "!=", "<", ">=", "a",
                "task.x", "a[0]", "'s'", "1.5", "-2", "1.2.3", "null", "true",
            ]),
            0..24,
        )
    ) {
        if let Ok(expression) = Expression::parse(&words.join(" ")) {
            let _ = expression.holds(&Document(json!({"a": [1], "task": {"x": "s"}})));
        }
    }
}

/// A formula over the names `k0` to `k4`, as text and as what it is for the values of those.
#[derive(Debug, Clone)]
enum Formula {
    Name(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    fn written(&self) -> String {
        let joined = |parts: &[Formula], word: &str| {
            let parts: Vec<String> = parts.iter().map(Formula::written).collect();
            format!("({})", parts.join(word))
        };
        match self {
            Self::Name(name) => format!("task.k{name} == 'on'"),
            Self::Not(inner) => format!("NOT ({})", inner.written()),
            Self::All(parts) => joined(parts, " AND "),
            Self::Any(parts) => joined(parts, " or "),
        }
    }

    fn is_true(&self, values: &[bool; 5]) -> bool {
        match self {
            Self::Name(name) => values[*name],
            Self::Not(inner) => !inner.is_true(values),
            Self::All(parts) => parts.iter().all(|part| part.is_true(values)),
            Self::Any(parts) => parts.iter().any(|part| part.is_true(values)),
        }
    }
}

fn formula() -> impl Strategy<Value = Formula> {
    let parts = |inner| prop::collection::vec(inner, 1..4);
    (0usize..5)
        .prop_map(Formula::Name)
        .prop_recursive(4, 24, 3, move |inner| {
            prop_oneof![
                inner.clone().prop_map(|one| Formula::Not(Box::new(one))),
                parts(inner.clone()).prop_map(Formula::All),
                parts(inner).prop_map(Formula::Any),
            ]
        })
}

proptest! {
    #[test]
    fn a_formula_is_read_as_it_is_written(formula in formula(), values in any::<[bool; 5]>()) {
        let task: serde_json::Map<_, _> = values
            .iter()
            .enumerate()
            .map(|(name, on)| (format!("k{name}"), json!(if *on { "on" } else { "off" })))
            .collect();
        let read = holds(&formula.written(), json!({"task": task}));
        prop_assert_eq!(read, formula.is_true(&values), "{}", formula.written());
    }

    #[test]
    fn any_text_and_number_can_be_compared_with(text in any::<String>(), other in any::<String>(), number: i32) {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        let equals = format!("a == \"{quoted}\"");
        let itself = holds(&equals, json!({"a": text}));
        prop_assert!(itself);
        let another = holds(&equals, json!({"a": other}));
        prop_assert_eq!(another, text == other);
        let below = holds(&format!("a < {number}"), json!({"a": 7}));
        prop_assert_eq!(below, 7 < number);
        let listed = holds(&format!("a IN [{number}, \"{quoted}\"]"), json!({"a": text}));
        prop_assert!(listed);
    }
}
