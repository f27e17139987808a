//! Whose instance a call means.
//!
//! A call with the developer's key acts on whichever instance it names, so all that the API could read as a name of
//! one has to be seen here as well. What two readers may read in two ways is refused: the widget sends none of it.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_http::timeout::TimeoutBody;

use crate::config::Config;
use crate::redact::members;
use crate::refusal::Refusal;

/// The parameter that names the instance.
const NAME: &str = "instance_id";

/// Such a call carries a few short parameters.
const LONGEST_BODY: usize = 64 << 10;

/// The whole body of such a call.
pub(crate) async fn read_body(config: &Config, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    check_type(headers)?;
    let limit = usize::try_from(config.max_body_bytes).map_or(LONGEST_BODY, |limit| limit.min(LONGEST_BODY));
    let body = Limited::new(TimeoutBody::new(config.response_timeout, body), limit);
    let body = body.collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Refusal::BodyTooLarge
        } else {
            Refusal::BadRequest("the request body broke off")
        }
    })?;
    let body = body.to_bytes();
    if !body.is_empty() && !headers.contains_key(header::CONTENT_TYPE) {
        return Err(NOT_JSON);
    }
    Ok(body)
}

const NOT_JSON: Refusal = Refusal::BadRequest("this endpoint takes a body of application/json and no other");

/// Refuses a body that the API may read as something else than the JSON that is checked here.
fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let is_json = types.next().is_none_or(|value| {
        let value: String =
            value.to_str().unwrap_or_default().chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let value = value.to_ascii_lowercase();
        value == "application/json" || value == "application/json;charset=utf-8"
    });
    let is_readable = is_json && types.next().is_none() && !headers.contains_key(header::CONTENT_ENCODING);
    if is_readable { Ok(()) } else { Err(NOT_JSON) }
}

/// The instance that the query and the body name, where they name one and the same.
///
/// Both are flat. A parameter's name is a small letter and then small letters, digits and `_`: no framework makes
/// another name of it, as some do of `instance_id[]`, `a[instance_id]` or `instance.id`, nor takes it for an order of
/// its own, as some do with `_method`.
pub(crate) fn named(query: Option<&str>, body: &[u8]) -> Result<String, Refusal> {
    let query = query.unwrap_or_default();
    if query.contains(';') {
        return Err(Refusal::BadRequest("a semicolon in a query has to be percent-encoded"));
    }
    let mut ids = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        check_name(&name)?;
        if name == NAME {
            ids.push(value.into_owned());
        }
    }
    let in_query = ids.len();
    if !body.is_empty() {
        let not_an_object = Refusal::BadRequest("the request body is no JSON object");
        let text = std::str::from_utf8(body).map_err(|_| not_an_object.clone())?;
        for (name, value) in members(text).map_err(|_| not_an_object)? {
            check_name(&name)?;
            let value = value.get();
            if value.starts_with(['{', '[']) {
                return Err(Refusal::BadRequest(
                    "this endpoint takes no arrays and no objects within its body",
                ));
            }
            if name == NAME {
                ids.push(serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned()));
            }
        }
    }
    if ids.len() - in_query > 1 {
        return Err(Refusal::BadRequest("instance_id stands twice in the body"));
    }
    let id = ids.pop().ok_or(Refusal::BadRequest("instance_id is missing"))?;
    if ids.iter().any(|other| *other != id) {
        return Err(Refusal::BadRequest("more than one instance is named"));
    }
    Ok(id)
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_plain {
        Ok(())
    } else {
        Err(Refusal::BadRequest("this endpoint takes no parameter of such a name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instance_is_named_or_the_call_is_refused() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            ("instance_id=373", "", Some("373")),
            ("", r#"{"instance_id":"373","api_token":"1:a"}"#, Some("373")),
            ("", r#" { "instance_id" : 373 } "#, Some("373")),
            ("%69nstance%5fid=37%33", "", Some("373")),
            ("", r#"{"inst\u0061nce_id":"37\u0033"}"#, Some("373")),
            ("instance_id=373&menu_title=a%3Bb&x", r#"{"instance_id":373,"a":null,"b":true}"#, Some("373")),
            ("instance_id=373&instance_id=373", "", Some("373")),
            // Another number for everybody who compares.
            ("", r#"{"instance_id":373.0}"#, Some("373.0")),
            ("", r#"{"instance_id":null}"#, Some("null")),
            ("instance_id=+373", "", Some(" 373")),
            ("instance_id", "", Some("")),
            // None.
            ("", "", None),
            ("", "{}", None),
            ("id=373", r#"{"api_token":"instance_id"}"#, None),
            // More than one.
            ("instance_id=373&instance_id=374", "", None),
            ("instance_id=373", r#"{"instance_id":374}"#, None),
            ("instance_id=374", r#"{"instance_id":373}"#, None),
            ("", r#"{"instance_id":374,"instance_id":373}"#, None),
            ("", r#"{"instance_id":373,"instance_id":373}"#, None),
            ("", r#"{"instance_id":373,"inst\u0061nce_id":373}"#, None),
            // Names that some framework makes an instance_id of, or takes for something else.
            ("instance_id=373&instance_id[]=374", "", None),
            ("instance_id=373&instance_id%5B%5D=374", "", None),
            ("instance_id=373&instance_id[a]=374", "", None),
            ("instance_id=373&[instance_id]=374", "", None),
            ("instance_id=373&telegram_bot[instance_id]=374", "", None),
            ("instance_id=373&instance.id=374", "", None),
            ("instance_id=373&instance+id=374", "", None),
            ("instance_id=373&+instance_id=374", "", None),
            ("instance_id=373&instanceId=374", "", None),
            ("instance_id=373&Instance_Id=374", "", None),
            ("instance_id=373&instance_id%00=374", "", None),
            ("instance_id=373&instance_id%ff=374", "", None),
            ("instance_id=373&=374", "", None),
            ("instance_id=373;instance_id=374", "", None),
            ("a=1;instance_id=374&instance_id=373", "", None),
            ("instance_id=373&_method=DELETE", "", None),
            ("instance_id=373", r#"{"_method":"DELETE"}"#, None),
            ("instance_id=373", r#"{"instance_id[]":374}"#, None),
            ("instance_id=373", r#"{"":374}"#, None),
            // Nested.
            ("instance_id=373", r#"{"telegram_bot":{"instance_id":374}}"#, None),
            ("", r#"{"instance_id":[373]}"#, None),
            ("", r#"{"instance_id":{"a":373}}"#, None),
            ("instance_id=373", r#"{"a":[]}"#, None),
            // No object.
            ("instance_id=373", "[]", None),
            ("instance_id=373", r#"[{"instance_id":373}]"#, None),
            ("instance_id=373", "null", None),
            ("instance_id=373", " ", None),
            ("instance_id=373", "instance_id=373", None),
            ("instance_id=373", r#"{"a":1}{"instance_id":374}"#, None),
            ("instance_id=373", r#"{"a":1"#, None),
            ("instance_id=373", "\u{feff}{}", None),
            ("instance_id=373", r#"{"a":1,}"#, None),
        ];
        for (query, body, want) in cases {
            assert_eq!(named(Some(query), body.as_bytes()).ok().as_deref(), *want, "{query} {body}");
        }
        assert!(named(None, b"{\"instance_id\":373,\"a\":\"\xff\"}").is_err());
    }
}
