//! How Twilio signs its requests (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>): base64 of HMAC-SHA1,
//! under the auth token, of the full URL followed by the POST's parameters sorted by name, each name and value appended
//! without anything between.
//!
//! Both sides: the functions check, and the sandbox signs.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use url::Url;

/// The header that carries it.
pub const HEADER: &str = "x-twilio-signature";

/// Signs a request.
#[must_use]
pub fn sign(auth_token: &str, url: &str, parameters: &[(String, String)]) -> String {
    mac(auth_token, url, parameters).map_or_else(String::new, |mac| {
        STANDARD.encode(mac.finalize().into_bytes())
    })
}

/// Whether `signature` is that of the request; compared in constant time.
#[must_use]
pub fn is_valid(
    auth_token: &str,
    url: &str,
    parameters: &[(String, String)],
    signature: &str,
) -> bool {
    match (mac(auth_token, url, parameters), STANDARD.decode(signature)) {
        (Some(mac), Ok(given)) => mac.verify_slice(&given).is_ok(),
        (Some(_) | None, _) => false,
    }
}

/// A public URL in every way in which Twilio may have written it: with or without its port, for "signature generation on
/// the back end is inconsistent" (<https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts>).
#[must_use]
pub fn written(base: &str) -> Vec<String> {
    let mut ways = vec![base.to_owned()];
    let parsed = Url::parse(base).ok();
    if let Some((url, host)) = parsed.as_ref().and_then(|url| Some((url, url.host_str()?))) {
        let scheme = url.scheme();
        let path = url.path().trim_end_matches('/');
        ways.push(format!("{scheme}://{host}{path}"));
        if let Some(port) = url.port_or_known_default() {
            ways.push(format!("{scheme}://{host}:{port}{path}"));
        }
    }
    ways.sort();
    ways.dedup();
    ways
}

fn mac(auth_token: &str, url: &str, parameters: &[(String, String)]) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).ok()?;
    mac.update(url.as_bytes());
    let mut sorted: Vec<&(String, String)> = parameters.iter().collect();
    sorted.sort();
    // A name that is given several times with one value counts once.
    sorted.dedup();
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameters() -> Vec<(String, String)> {
        [
            ("To", "+18005551212"),
            ("From", "+14158675309"),
            ("Digits", "1234"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// The example of Twilio's own helper libraries (`RequestValidatorTest`).
    #[test]
    fn twilio_s_own_example_has_twilio_s_own_signature() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let expected = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert_eq!(sign("12345", url, &parameters()), expected);
        assert!(is_valid("12345", url, &parameters(), expected));
    }

    /// The helper libraries' other example.
    #[test]
    fn a_repeated_parameter_counts_once_for_each_of_its_values() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let repeated: Vec<(String, String)> = [
            ("Sid", "CA123"),
            ("SidAccount", "AC123"),
            ("Digits", "5678"),
            ("Digits", "1234"),
            ("Digits", "1234"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        assert_eq!(
            sign("12345", url, &repeated),
            "IK+Dwps556ElfBT0I3Rgjkr1wJU="
        );
    }

    #[test]
    fn any_change_of_the_request_spoils_it() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let signature = sign("12345", url, &parameters());
        assert!(!is_valid("12346", url, &parameters(), &signature));
        assert!(!is_valid(
            "12345",
            "https://mycompany.com/",
            &parameters(),
            &signature
        ));
        assert!(!is_valid("12345", url, &parameters()[1..], &signature));
        assert!(!is_valid("12345", url, &parameters(), "nonsense"));
    }

    #[test]
    fn a_public_url_is_written_with_its_port_and_without() {
        let cases = [
            (
                "https://calls.example",
                ["https://calls.example", "https://calls.example:443"],
            ),
            (
                "http://calls.example:8800/functions",
                [
                    "http://calls.example/functions",
                    "http://calls.example:8800/functions",
                ],
            ),
        ];
        for (base, expected) in cases {
            assert_eq!(written(base), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_signature_but_the_right_one(
            (token, url, given) in any::<(String, String, String)>(),
            form in prop::collection::vec(any::<(String, String)>(), 0..4),
            swap in any::<prop::sample::Index>(),
        ) {
            let signature = sign(&token, &url, &form);
            prop_assert!(is_valid(&token, &url, &form, &signature));
            prop_assert!(given == signature || !is_valid(&token, &url, &form, &given));
            // One byte of another value.
            let mut bytes = STANDARD.decode(&signature).unwrap();
            let at = swap.index(bytes.len());
            bytes[at] = !bytes[at];
            prop_assert!(!is_valid(&token, &url, &form, &STANDARD.encode(bytes)));
            // Parameters may come in any order.
            let backwards: Vec<_> = form.into_iter().rev().collect();
            prop_assert!(is_valid(&token, &url, &backwards, &signature));
        }

        #[test]
        fn any_public_url_is_written_as_it_is_given_too(base in any::<String>()) {
            prop_assert!(written(&base).contains(&base));
        }
    }
}
