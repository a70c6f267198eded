//! Bodies: forms and JSON objects, as Twilio Functions take them
//! (<https://www.twilio.com/docs/serverless/functions-assets/functions/request-flow#supported-requests>).

use serde_json::Value;
use thiserror::Error;
use url::form_urlencoded;

/// The longest body, bytes. Twilio documents no limit of its own for functions; its callbacks are shorter than 4 KB and a
/// Flex token than 2 KB, so that this holds any real request many times over.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Names and values; names may repeat, order is kept.
pub(crate) type Parameters = Vec<(String, String)>;

/// A body that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// A form, or nothing: what Twilio's signature covers.
    Form(Parameters),
    /// A JSON object, as parameters.
    Json(Parameters),
}

/// Why a body was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum BodyError {
    /// Another type than the two.
    #[error("the body must be application/x-www-form-urlencoded or application/json")]
    Type,
    /// Not JSON, or no object.
    #[error("the body is not a JSON object")]
    Json,
}

/// Understands a body by its `Content-Type`; without one it is taken for a form.
pub(crate) fn parse(content_type: Option<&str>, bytes: &[u8]) -> Result<Body, BodyError> {
    if bytes.is_empty() {
        return Ok(Body::Form(Vec::new()));
    }
    let kind = content_type.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    match kind {
        None => Ok(Body::Form(form(bytes))),
        Some(kind) if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") => {
            Ok(Body::Form(form(bytes)))
        }
        Some(kind) if kind.eq_ignore_ascii_case("application/json") => json(bytes).map(Body::Json),
        Some(_) => Err(BodyError::Type),
    }
}

/// A form's or query's pairs. Whatever the bytes are, something comes out
/// (<https://url.spec.whatwg.org/#urlencoded-parsing>); a parameter that is broken is refused by its name.
pub(crate) fn form(bytes: &[u8]) -> Parameters {
    form_urlencoded::parse(bytes).into_owned().collect()
}

fn json(bytes: &[u8]) -> Result<Parameters, BodyError> {
    let Ok(Value::Object(object)) = serde_json::from_slice(bytes) else {
        return Err(BodyError::Json);
    };
    let pairs = object.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Bool(flag) => Some((name, flag.to_string())),
        Value::Number(number) => Some((name, number.to_string())),
        // As if it were absent: no parameter is a structure.
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    Ok(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(pairs: &[(&str, &str)]) -> Parameters {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn forms_and_json_objects_give_the_same_parameters() {
        let expected = pairs(&[("hold", "true"), ("taskSid", "WT 1")]);
        for kind in [
            None,
            Some("application/x-www-form-urlencoded; charset=UTF-8"),
            Some("Application/X-WWW-Form-URLEncoded"),
        ] {
            let parsed = parse(kind, b"hold=true&taskSid=WT+1");
            assert_eq!(parsed, Ok(Body::Form(expected.clone())), "{kind:?}");
        }
        let json = br#"{"hold":true,"taskSid":"WT 1","none":null,"deep":{"taskSid":"x"}}"#;
        let parsed = parse(Some("application/json; charset=utf-8"), json);
        assert_eq!(parsed, Ok(Body::Json(expected)));
    }

    #[test]
    fn other_bodies_are_refused() {
        for (kind, bytes, error) in [
            ("text/plain", b"taskSid=1".as_slice(), BodyError::Type),
            ("multipart/form-data; boundary=x", b"--x", BodyError::Type),
            ("application/json", b"[1]", BodyError::Json),
            ("application/json", b"{\"a\":", BodyError::Json),
            ("application/json", b"a=1", BodyError::Json),
        ] {
            assert_eq!(parse(Some(kind), bytes), Err(error), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_parameters_or_refused_for_its_reason(
            kind in prop_oneof![
                Just("application/x-www-form-urlencoded".to_owned()),
                Just("application/json;charset=utf-8".to_owned()),
                any::<String>(),
            ],
            bytes: Vec<u8>,
        ) {
            let essence = kind.split(';').next().unwrap_or_default().trim();
            let is_object = serde_json::from_slice::<serde_json::Map<_, _>>(&bytes).is_ok();
            let expected = match essence.to_ascii_lowercase().as_str() {
                _ if bytes.is_empty() => None,
                "application/x-www-form-urlencoded" => None,
                "application/json" => (!is_object).then_some(BodyError::Json),
                _ => Some(BodyError::Type),
            };
            prop_assert_eq!(parse(Some(&kind), &bytes).err(), expected);
        }

        #[test]
        fn whatever_is_sent_as_a_form_or_as_json_comes_as_it_was(
            sent in prop::collection::btree_map(any::<String>(), any::<String>(), 1..6),
        ) {
            let parameters: Parameters = sent.clone().into_iter().collect();
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&parameters)
                .finish();
            prop_assert_eq!(parse(None, form.as_bytes()), Ok(Body::Form(parameters.clone())));
            let json = serde_json::json!(sent).to_string();
            let read = parse(Some("application/json"), json.as_bytes());
            prop_assert_eq!(read, Ok(Body::Json(parameters)));
        }
    }
}
