//! The `checksum` header that protects a request against being carried out twice.
//!
//! The idempotency key is a secret, so this runs in the proxy and never in the browser.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// A request parameter, as far as the checksum is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// One value, as it stands in the request.
    One(&'a str),
    /// An array (`name[]=a&name[]=b`), in the order of the request.
    Many(Vec<&'a str>),
}

/// The hex HMAC-SHA256 over the parameter values, concatenated in alphabetical order of their names.
///
/// Names are compared as bytes and written without their `[]`; two parameters of one name keep their order.
pub fn checksum(key: &Secret, parameters: &[(&str, Value<'_>)]) -> String {
    let mut sorted: Vec<&(&str, Value<'_>)> = parameters.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);

    // HMAC takes a key of any length, so this cannot fail; an empty digest would be refused upstream with a 400.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) else { return String::new() };
    for (_, value) in sorted {
        match value {
            Value::One(text) => mac.update(text.as_bytes()),
            Value::Many(texts) => texts.iter().for_each(|text| mac.update(text.as_bytes())),
        }
    }
    mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 0xf] {
            hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::{Value, checksum};
    use crate::secret::Secret;

    const PUBLISHED: &str = "ebb290126ea4302ebca339f5efe419b4a67edfe57e1ea844e7cec85ccef53f23";

    #[test]
    fn agrees_with_the_published_digest_whatever_the_order() {
        let key = Secret::new("Z5F2idBj");
        let text = ("text", Value::One("text"));
        let phone = ("phone", Value::One("71233456789"));
        let external_id = ("external_id", Value::One("100"));
        assert_eq!(checksum(&key, &[text.clone(), phone.clone(), external_id.clone()]), PUBLISHED);
        assert_eq!(checksum(&key, &[external_id, phone, text]), PUBLISHED);
    }

    #[test]
    fn arrays_are_flattened_in_their_order() {
        let key = Secret::new("k");
        let many = checksum(&key, &[("a", Value::Many(vec!["2", "1"])), ("b", Value::One("3"))]);
        assert_eq!(many, checksum(&key, &[("x", Value::One("213"))]));
        assert_ne!(many, checksum(&key, &[("x", Value::One("123"))]));
    }

    #[test]
    fn another_key_gives_another_digest() {
        let parameters = [("a", Value::One("1"))];
        assert_ne!(checksum(&Secret::new("k"), &parameters), checksum(&Secret::new("l"), &parameters));
    }
}
