//! The login to MAX: `POST /api/v1/max/…`.

use std::fmt;

use crate::endpoint::{Call, Credential, Endpoint, Method, Parameter, Reach, Success};
use crate::secret::Secret;

/// The endpoint, from "Phone number verification" of the reference.
pub const SEND_PHONE: Endpoint<Success> = post("/api/v1/max/send_phone");

/// The endpoint, from "Code confirmation" of the reference.
pub const SEND_CODE: Endpoint<Success> = post("/api/v1/max/send_code");

/// The endpoint, from "Session reset" of the reference.
pub const CLOSE_SESSION: Endpoint<Success> = post("/api/v1/max/close_session");

const fn post(path: &'static str) -> Endpoint<Success> {
    Endpoint::new(Method::Post, path, Credential::ClientToken, Reach::OwnAccount)
}

/// Asks MAX to send a login code to a phone: digits in international form, a Russian number with 7 or 8 in front.
/// What the server refuses it lists under `phone`.
pub fn send_phone(phone: &str) -> Call<Success> {
    SEND_PHONE.call(&[]).with(&[("phone", Parameter::Plain(phone))])
}

/// Confirms the login with the code, as [`normal_code`] gives it. What the server refuses it lists under `code` and
/// `confirmation_code`.
pub fn send_code(code: &Secret) -> Call<Success> {
    SEND_CODE.call(&[]).with(&[("code", Parameter::Secret(code.expose()))])
}

/// Ends the session, or a login that is half done. Where there is none the server says so under
/// `max_session_closer`.
pub fn close_session() -> Call<Success> {
    CLOSE_SESSION.call(&[])
}

/// The code to send for what was typed or pasted: its digits, without the spaces and dashes between them.
///
/// # Errors
/// [`CodeProblem`], when it is certain that the server will refuse it.
pub fn normal_code(typed: &str) -> Result<Secret, CodeProblem> {
    // A digit is one byte, so the whole capacity is there from the start.
    let mut code = String::with_capacity(typed.len());
    let mut is_code = true;
    for character in typed.chars() {
        match character {
            '0'..='9' => code.push(character),
            // The dashes that a keyboard or a text may have in place of the hyphen.
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            _ => is_code &= character.is_whitespace(),
        }
    }
    let code = Secret::new(code);
    match (is_code, code.expose().is_empty()) {
        (false, _) => Err(CodeProblem::NotDigits),
        (true, true) => Err(CodeProblem::Blank),
        (true, false) => Ok(code),
    }
}

/// Why a login code is not worth sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeProblem {
    /// Nothing was typed.
    Blank,
    /// There is more in it than digits.
    NotDigits,
}

impl fmt::Display for CodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "the code is blank",
            Self::NotDigits => "a code has only digits",
        })
    }
}

impl std::error::Error for CodeProblem {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Response;
    use crate::error::ApiError;

    #[test]
    fn each_call_is_as_printed_and_the_code_in_no_address() {
        let body = |call: &Call<Success>| call.body.as_ref().map(|body| body.expose().to_owned());
        let phone = send_phone("79811597745");
        assert_eq!((phone.path.as_str(), body(&phone)), ("/api/v1/max/send_phone?phone=79811597745", None));
        let code = send_code(&Secret::new("848158"));
        assert_eq!(
            (code.path.as_str(), body(&code).as_deref()),
            ("/api/v1/max/send_code", Some(r#"{"code":"848158"}"#))
        );
        assert!(!format!("{code:?}").contains("848158"));
        let close = close_session();
        assert_eq!((close.path.as_str(), body(&close)), ("/api/v1/max/close_session", None));
        assert_eq!([phone.method, code.method, close.method], [Method::Post; 3]);
    }

    #[test]
    fn each_printed_reply_is_read() {
        let success = r#"{"meta":{"code":200,"status":"success"}}"#;
        for call in [send_phone("7"), send_code(&Secret::new("1")), close_session()] {
            assert_eq!(call.decode(&Response { status: 200, body: success }), Ok(Success));
            for (field, words) in [
                ("phone", "Phone number has invalid format"),
                ("confirmation_code", "confirmation code invalid"),
                ("max_session_closer", "max_session_closer session_not_found"),
            ] {
                let body = format!(
                    r#"{{"meta":{{"code":422,"message":"Unprocessable Entity","status":"fail",
                    "errors":{{"{field}":["{words}"]}},"status_id":null}}}}"#
                );
                let want = ApiError::Invalid {
                    fields: vec![(field.to_owned(), vec![words.to_owned()])],
                    status_id: None,
                };
                assert_eq!(call.decode(&Response { status: 422, body: &body }), Err(want));
            }
        }
    }

    #[test]
    fn a_code_is_its_digits() {
        for (typed, want) in [
            ("848158", Ok("848158")),
            (" 848 158\n", Ok("848158")),
            ("848-158", Ok("848158")),
            ("848\u{a0}–\u{2011}158", Ok("848158")),
            ("8\t4—8−1", Ok("8481")),
            ("0", Ok("0")),
            ("", Err(CodeProblem::Blank)),
            (" - ", Err(CodeProblem::Blank)),
            ("84815B", Err(CodeProblem::NotDigits)),
            ("code: 1", Err(CodeProblem::NotDigits)),
            ("12.34", Err(CodeProblem::NotDigits)),
            ("٨٤٨", Err(CodeProblem::NotDigits)),
            ("x", Err(CodeProblem::NotDigits)),
        ] {
            let code = normal_code(typed);
            assert_eq!(code.as_ref().map(Secret::expose).map_err(|problem| *problem), want, "{typed:?}");
        }
    }
}
