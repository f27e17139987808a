//! Endpoints as values.
//!
//! An [`Endpoint`] says everything about one call of the vendor's API; a [`Call`] is an endpoint with its
//! parameters filled in. Whoever has a transport executes it and hands the [`Response`] back to
//! [`Call::decode`]. [`TABLE`] lists every endpoint there is: the proxy forwards these and nothing else.

use std::marker::PhantomData;

use crate::error::ApiError;
use crate::json::{Value, write_string};
use crate::secret::Secret;

/// A longer query goes as a JSON body: some servers take no more than 8 KB in a request line.
const LONGEST_QUERY: usize = 6 * 1024;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or sends.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Which of the vendor's two credentials an endpoint wants. Only the proxy holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// `Authorization: Bearer {token}`, the client's token.
    ClientToken,
    /// `Authorization: {api_key}`, the developer's master key, with no scheme.
    DeveloperKey,
}

/// How far a page may reach with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The credential itself limits the call to its own account.
    OwnAccount,
    /// The credential could read every customer's data: the proxy lets the call through only where the
    /// `{customer_id}` of the path is the customer whose token it holds.
    OwnCustomer,
    /// The same for calls that name an instance: the proxy lets them through only where each `instance_id`, in the
    /// query or in the JSON body, is the instance of the customer whose token it holds.
    OwnInstance,
}

/// One endpoint of the vendor's API, without its reply type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    /// The method.
    pub method: Method,
    /// The path below the API's host; a segment in braces is a parameter.
    pub path: &'static str,
    /// The credential that the proxy adds.
    pub credential: Credential,
    /// How far a page may reach with it.
    pub reach: Reach,
}

impl Spec {
    /// Whether this endpoint is the one asked for; the values of the path's parameters in order.
    ///
    /// `path` is compared as it came, not percent-decoded, so that nothing can be smuggled past the table:
    /// a parameter takes 1 to 64 letters, digits, `-` and `_` and nothing else.
    pub fn matches<'p>(&self, method: &str, path: &'p str) -> Option<Vec<&'p str>> {
        if method != self.method.as_str() {
            return None;
        }
        let mut values = Vec::new();
        let mut given = path.split('/');
        for wanted in self.path.split('/') {
            let segment = given.next()?;
            if wanted.starts_with('{') {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                if segment.is_empty() || segment.len() > 64 || !segment.bytes().all(plain) {
                    return None;
                }
                values.push(segment);
            } else if wanted != segment {
                return None;
            }
        }
        given.next().is_none().then_some(values)
    }
}

/// What an endpoint answers with. Read leniently: a field of an unexpected type costs that field and no more.
pub trait Reply: Sized {
    /// Reads the body of a 2xx; `None` where it is not this reply.
    fn read(body: &Value) -> Option<Self>;
}

/// An endpoint with the type of its reply.
#[derive(Debug)]
pub struct Endpoint<R> {
    /// What the proxy needs to know of it.
    pub spec: Spec,
    reply: PhantomData<fn() -> R>,
}

impl<R> Endpoint<R> {
    pub(crate) const fn new(
        method: Method,
        path: &'static str,
        credential: Credential,
        reach: Reach,
    ) -> Self {
        Self { spec: Spec { method, path, credential, reach }, reply: PhantomData }
    }

    /// This endpoint with `values` for the braces of its path, in order.
    pub(crate) fn call(&self, values: &[&str]) -> Call<R> {
        let mut values = values.iter();
        let mut path = String::with_capacity(self.spec.path.len() + 16);
        for segment in self.spec.path.split('/').skip(1) {
            path.push('/');
            if segment.starts_with('{') {
                path.push_str(values.next().copied().unwrap_or_default());
            } else {
                path.push_str(segment);
            }
        }
        Call { method: self.spec.method, path, body: None, reply: PhantomData }
    }
}

/// What a call says under one name.
#[derive(Clone, Copy)]
pub(crate) enum Parameter<'a> {
    Plain(&'a str),
    /// A login code, a password, a token: what must not stand in the access log of anything that the call passes.
    Secret(&'a str),
}

impl<'a> Parameter<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Plain(text) | Self::Secret(text) => text,
        }
    }
}

/// A request ready to be sent: what the transport needs, and how its response is read.
///
/// Parameters stand in the query, as in all that the vendor prints. They go as a JSON body, all of them, where the
/// query would be longer than servers take, and where one of them is a secret: queries end up in access logs.
#[derive(Debug)]
pub struct Call<R> {
    /// The method.
    pub method: Method,
    /// The path below the proxy's base path, with its query.
    pub path: String,
    /// The body, which is JSON.
    pub body: Option<Secret>,
    reply: PhantomData<fn() -> R>,
}

impl<R> Call<R> {
    /// This call with `parameters`. Their names are sent as they are; one that ends in `[]` and is repeated makes an
    /// array, its items next to each other.
    pub(crate) fn with(mut self, parameters: &[(&str, Parameter<'_>)]) -> Self {
        self.body = place(&mut self.path, parameters);
        self
    }
}

/// Puts the parameters into the query of `path` or into the body that is returned.
fn place(path: &mut String, parameters: &[(&str, Parameter<'_>)]) -> Option<Secret> {
    if parameters.iter().any(|(_, parameter)| matches!(parameter, Parameter::Secret(_))) {
        return Some(Secret::new(json_body(parameters)));
    }
    let bare = path.len();
    for (name, parameter) in parameters {
        path.push(if path.len() == bare { '?' } else { '&' });
        path.push_str(name);
        path.push('=');
        percent_encode(parameter.text(), path);
    }
    if path.len() - bare <= LONGEST_QUERY {
        return None;
    }
    path.truncate(bare);
    Some(Secret::new(json_body(parameters)))
}

pub(crate) fn percent_encode(text: &str, out: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 0xf].iter().filter_map(|half| DIGITS.get(usize::from(*half))));
        }
    }
}

/// The most bytes that the parameters can take: a character at most six (`\u0000`), what stands around a name and its
/// value at most eight.
fn longest_json(parameters: &[(&str, Parameter<'_>)]) -> usize {
    2 + parameters.iter().map(|(name, value)| 6 * (name.len() + value.text().len()) + 8).sum::<usize>()
}

fn json_body(parameters: &[(&str, Parameter<'_>)]) -> String {
    // Moved while it grows, the text would leave copies of what is secret.
    let mut text = String::with_capacity(longest_json(parameters));
    let mut open = "";
    for (name, parameter) in parameters {
        if *name == open {
            text.push(',');
        } else {
            if !open.is_empty() {
                text.push(']');
            }
            text.push(if text.is_empty() { '{' } else { ',' });
            let array = name.strip_suffix("[]");
            write_string(array.unwrap_or(name), &mut text);
            text.push(':');
            if array.is_some() {
                text.push('[');
            }
            open = if array.is_some() { name } else { "" };
        }
        write_string(parameter.text(), &mut text);
    }
    if !open.is_empty() {
        text.push(']');
    }
    text.push('}');
    text
}

impl<R: Reply> Call<R> {
    /// Reads the response to this call.
    ///
    /// # Errors
    /// [`ApiError`] as the status and the API's error body say; a 2xx that is not this call's reply is
    /// [`ApiError::Unreadable`].
    pub fn decode(&self, response: &Response<'_>) -> Result<R, ApiError> {
        if !(200..300).contains(&response.status) {
            return Err(ApiError::from_response(response));
        }
        let reply = Value::read(response.body).ok().and_then(|body| R::read(&body));
        reply.ok_or(ApiError::Unreadable { status: response.status })
    }
}

/// The reply of a call that has nothing to tell but that it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Success;

impl Reply for Success {
    fn read(body: &Value) -> Option<Self> {
        let meta = body.get("meta").filter(|meta| matches!(meta, Value::Object(_)))?;
        (meta.get("status").and_then(Value::as_str) != Some("fail")).then_some(Self)
    }
}

/// What came back over HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: &'a str,
}

/// Every endpoint of the API that the widget uses, and the proxy's allow list.
pub const TABLE: &[Spec] = &[
    crate::account::ACCOUNT.spec,
    crate::instance::INSTANCE.spec,
    crate::max::SEND_PHONE.spec,
    crate::max::SEND_CODE.spec,
    crate::max::CLOSE_SESSION.spec,
    crate::telegram_bot::TELEGRAM_BOTS.spec,
    crate::chat::GENERATE_LINK.spec,
    crate::chat::GENERATE_INSTANCE_LINK.spec,
    crate::chat::access::CHANGE_PASSWORD.spec,
    crate::chat::access::CHANGE_INSTANCE_PASSWORD.spec,
    crate::chat::access::DELETE_CHATS.spec,
    crate::chat::access::DELETE_INSTANCE_CHATS.spec,
    crate::notes::REPLACE_NOTES.spec,
];

/// A socket that the proxy relays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketHost {
    /// `api.jetapi.io`: the personal Telegram login.
    Api,
    /// `msg-farmer.jetapi.io`: the WhatsApp pairing.
    WhatsApp,
}

impl SocketHost {
    /// Both sockets.
    pub const ALL: [Self; 2] = [Self::Api, Self::WhatsApp];

    /// The socket's path below the proxy's base path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Api => "/socket/websocket",
            Self::WhatsApp => "/whatsapp/socket/websocket",
        }
    }

    /// The path on the vendor's own host, the same for both.
    pub const UPSTREAM_PATH: &'static str = "/socket/websocket";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_path_matches() {
        let spec = crate::instance::INSTANCE.spec;
        let cases: &[(&str, &str, Option<&[&str]>)] = &[
            ("GET", "/developer/v1/instances/8143", Some(&["8143"])),
            ("GET", "/developer/v1/instances/a-b_9", Some(&["a-b_9"])),
            ("get", "/developer/v1/instances/8143", None),
            ("DELETE", "/developer/v1/instances/8143", None),
            ("GET", "/developer/v1/instances", None),
            ("GET", "/developer/v1/instances/", None),
            ("GET", "/developer/v1/instances/8143/", None),
            ("GET", "/developer/v1/instances/8143/delete_container_session", None),
            ("GET", "/developer/v1/instances/..", None),
            ("GET", "/developer/v1/instances/%2e%2e", None),
            ("GET", "/developer/v1/instances/8143%2Fx", None),
            ("GET", "/developer/v1/instances/81 43", None),
            ("GET", "//developer/v1/instances/8143", None),
            ("GET", "developer/v1/instances/8143", None),
            ("GET", "", None),
        ];
        for (method, path, want) in cases {
            assert_eq!(spec.matches(method, path).as_deref(), *want, "{method} {path}");
        }
        let long = format!("/developer/v1/instances/{}", "1".repeat(65));
        assert_eq!(spec.matches("GET", &long), None);
    }

    #[test]
    fn the_table_has_no_two_entries_for_one_request() {
        for (index, spec) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                assert!((spec.method, spec.path) != (other.method, other.path), "{} twice", spec.path);
            }
        }
    }

    #[test]
    fn a_call_fills_its_path() {
        assert_eq!(crate::instance::instance("8143").path, "/developer/v1/instances/8143");
        assert_eq!(crate::account::account().path, "/api/v1/account");
    }

    /// The query with its `?`, or the body.
    fn placed(parameters: &[(&str, Parameter<'_>)]) -> (String, Option<String>) {
        let call = crate::account::ACCOUNT.call(&[]).with(parameters);
        let query = call.path.strip_prefix("/api/v1/account").unwrap();
        (query.to_owned(), call.body.map(|body| body.expose().to_owned()))
    }

    #[test]
    fn plain_parameters_stand_in_the_query() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[], ""),
            (&[("phone", "79811597745")], "?phone=79811597745"),
            (&[("a", ""), ("b", "-._~aZ09")], "?a=&b=-._~aZ09"),
            (
                &[("text", "a b+c%d&e=f#g;h/i?j\"k'l\n\0")],
                "?text=a%20b%2Bc%25d%26e%3Df%23g%3Bh%2Fi%3Fj%22k%27l%0A%00",
            ),
            (&[("text", "Ж😀\u{7f}")], "?text=%D0%96%F0%9F%98%80%7F"),
            (&[("r[]", "sms"), ("r[]", "max"), ("x", "1")], "?r[]=sms&r[]=max&x=1"),
        ];
        for (parameters, want) in cases {
            let parameters: Vec<_> = parameters.iter().map(|(n, v)| (*n, Parameter::Plain(v))).collect();
            assert_eq!(placed(&parameters), ((*want).to_owned(), None));
        }
    }

    #[test]
    fn with_a_secret_all_stands_in_the_body() {
        use Parameter::{Plain, Secret};
        let cases: &[(&[(&str, Parameter<'_>)], &str)] = &[
            (&[("code", Secret("848158"))], r#"{"code":"848158"}"#),
            (&[("a", Plain("1")), ("b", Secret("2")), ("c", Plain(""))], r#"{"a":"1","b":"2","c":""}"#),
            (&[("x", Secret("\"\\\n\u{1}/Ж😀"))], r#"{"x":"\"\\\n\u0001/Ж😀"}"#),
            (&[("r[]", Plain("sms")), ("s", Secret("1"))], r#"{"r":["sms"],"s":"1"}"#),
            (&[("s", Secret("1")), ("r[]", Plain("a")), ("r[]", Plain("b"))], r#"{"s":"1","r":["a","b"]}"#),
            (
                &[("r[]", Plain("a")), ("r[]", Plain("b")), ("q[]", Plain("c")), ("s", Secret("1"))],
                r#"{"r":["a","b"],"q":["c"],"s":"1"}"#,
            ),
        ];
        for (parameters, want) in cases {
            assert_eq!(placed(parameters), (String::new(), Some((*want).to_owned())));
        }
    }

    #[test]
    fn what_is_too_long_for_a_query_goes_as_a_body() {
        // `?t=` and the value.
        let fits = "a".repeat(LONGEST_QUERY - 3);
        assert_eq!(placed(&[("t", Parameter::Plain(&fits))]), (format!("?t={fits}"), None));
        let long = format!("{fits}a");
        let body = Some(format!(r#"{{"t":"{long}"}}"#));
        assert_eq!(placed(&[("t", Parameter::Plain(&long))]), (String::new(), body));
        // 3,500 characters of a message: 21 KB of query.
        let cyrillic = "Ж".repeat(3_500);
        assert_eq!(placed(&[("t", Parameter::Plain(&cyrillic))]).0, "");
    }

    #[test]
    fn a_body_is_never_moved_while_it_grows() {
        for value in ["", "848158", &"\0".repeat(100), &"😀\"".repeat(100)] {
            for parameters in [
                vec![("s", Parameter::Secret(value))],
                vec![("s[]", Parameter::Secret(value)); 3],
                vec![("\0[]", Parameter::Secret(value)), ("\0", Parameter::Secret(value))],
            ] {
                let text = json_body(&parameters);
                assert_eq!(text.capacity(), longest_json(&parameters), "{text}");
            }
        }
    }

    #[test]
    fn success_is_read_from_the_bare_meta() {
        for (body, is_success) in [
            (r#"{"meta":{"code":200,"status":"success"}}"#, true),
            (r#"{"meta":{}}"#, true),
            (r#"{"meta":{"status":"fail"}}"#, false),
            (r#"{"meta":[]}"#, false),
            (r#"{"code":200}"#, false),
            ("[]", false),
        ] {
            assert_eq!(Success::read(&Value::read(body).unwrap()).is_some(), is_success, "{body}");
        }
    }
}
