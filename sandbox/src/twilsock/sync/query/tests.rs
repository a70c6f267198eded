use super::*;
use proptest::prelude::*;
use serde_json::json;

fn asks(query: &str, row: &Value) -> bool {
    Query::parse(query).unwrap().matches(row)
}

fn alice() -> Value {
    json!({
        "friendly_name": "alice",
        "activity_name": "Available",
        "attributes": {"full_name": "Alice \"Al\" Anderson", "age": 41, "on": true,
                       "routing": {"skills": ["sales", "support"]}},
    })
}

#[test]
fn the_empty_query_matches_everything() {
    assert!(asks("", &alice()));
    assert!(asks("  ", &json!({})));
}

#[test]
fn each_operator_of_the_page_in_each_form() {
    for (query, expected) in [
        (r#"data.friendly_name == "alice""#, true),
        (r#"data.friendly_name eq "Alice""#, false),
        (r#"data.friendly_name EQ "alice""#, true),
        (r#"data.friendly_name != "alice""#, false),
        (r#"data.friendly_name not_eq "bob""#, true),
        (r#"data.friendly_name IN ["bob", "alice"]"#, true),
        (r#"data.friendly_name in []"#, false),
        (r#"data.friendly_name NOT_IN ["bob"]"#, true),
        (r#"data.friendly_name not in ["alice"]"#, false),
        (r#"data.attributes.full_name CONTAINS "ander""#, true),
        (r#"data.attributes.full_name contains "carol""#, false),
        (r#"data.attributes.full_name NOT_CONTAINS "ander""#, false),
        (r#"friendly_name == "alice""#, true),
    ] {
        assert_eq!(asks(query, &alice()), expected, "{query}");
    }
}

#[test]
fn and_binds_closer_than_or_and_parentheses_closer_still() {
    let row = json!({"a": "1", "b": "2", "c": "3"});
    assert!(asks(r#"a == "1" OR b == "x" AND c == "x""#, &row));
    assert!(!asks(r#"(a == "1" || b == "x") && c == "x""#, &row));
}

#[test]
fn quotes_inside_a_text_are_escaped_as_in_json() {
    assert!(asks(
        r#"data.attributes.full_name CONTAINS "\"Al\"""#,
        &alice()
    ));
}

#[test]
fn numbers_booleans_and_lists_compare_as_texts() {
    assert!(asks(r#"data.attributes.age == "41""#, &alice()));
    assert!(asks("data.attributes.age == 41", &alice()));
    assert!(asks("data.attributes.on == true", &alice()));
    assert!(asks(
        r#"data.attributes.routing.skills == "sales""#,
        &alice()
    ));
    assert!(!asks(
        r#"data.attributes.routing.skills NOT_IN ["sales"]"#,
        &alice()
    ));
}

#[test]
fn an_absent_field_equals_nothing() {
    assert!(!asks(r#"data.nothing == "x""#, &alice()));
    assert!(!asks("data.nothing == null", &alice()));
    assert!(asks(r#"data.nothing != "x""#, &alice()));
}

#[test]
fn what_is_no_query_is_refused_where_it_goes_wrong() {
    for (query, at) in [
        ("data.name", 9),
        ("data.name == ", 13),
        (r#"data.name == "open"#, 13),
        (r#"(a == "1""#, 9),
        (r#"a == "1" b == "2""#, 9),
        ("a IN \"x\"", 5),
        ("..", 0),
        ("a > 3", 2),
    ] {
        let found = match Query::parse(query) {
            Err(QueryError::Invalid { at, .. }) => at,
            other => panic!("{query}: {other:?}"),
        };
        assert_eq!(found, at, "{query}");
    }
}

#[test]
fn twilios_limits_are_kept() {
    let joined = |n: usize| vec![r#"a == "1""#; n].join(" OR ");
    // n comparisons are joined by n - 1 operators more.
    assert!(Query::parse(&joined(15)).is_ok());
    assert_eq!(Query::parse(&joined(16)), Err(QueryError::Operators));
    let list = |n: usize| format!("a IN [{}]", vec![r#""1""#; n].join(","));
    assert!(Query::parse(&list(29)).is_ok());
    assert_eq!(Query::parse(&list(30)), Err(QueryError::Elements));
}

#[test]
fn deep_nesting_is_refused() {
    assert!(Query::parse(&"(".repeat(100_000)).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in ".*") {
        let _ = Query::parse(&text);
    }

    #[test]
    fn no_likely_text_panics(words in prop::collection::vec(prop::sample::select(vec![
        "data.a", "\"", "\"x\"", "==", "!=", "IN", "NOT", "CONTAINS", "AND", "OR", "(", ")", "[", "]", ",", "é", "\\",
    ]), 0..20)) {
        if let Ok(query) = Query::parse(&words.join(" ")) {
            let _ = query.matches(&json!({"a": "x"}));
        }
    }

    #[test]
    fn any_text_can_be_asked_for(text in ".*") {
        let query = format!("data.a == {}", json!(text));
        let found = asks(&query, &json!({"a": text}));
        prop_assert!(found);
    }
}
